import type { Heartbeat, ReadSince } from './arrivals.ts'

/** The queue of one listening socket: connections that are made and that the loop has not yet taken. */
export class ListenQueue {
  readonly #heartbeat: Heartbeat
  readonly #acceptedMs: number[] = []
  readonly #queueMax: number
  /** The queue was empty at this time; null while it is, for all that is known, empty at each turn. */
  #queueEmptyAtMs: number | null = null
  #acceptedInTurn = false

  /** @param queueMax connections that can wait in it: the socket's backlog and one more */
  constructor(heartbeat: Heartbeat, queueMax: number) {
    this.#heartbeat = heartbeat
    this.#queueMax = queueMax
  }

  /** A connection is taken out of the queue. Call for each of them, as it comes. */
  accepted(): ReadSince {
    const atMs = this.#heartbeat.nowMs()
    this.#acceptedInTurn = true
    if (this.#queueEmptyAtMs === null) {
      this.#queueEmptyAtMs = this.#heartbeat.turnedAtMs()
      this.#watchQueue()
    }
    // The queue is first in, first out and holds `queueMax`: when the connection that many places ahead of this one was
    // accepted, this one had not come yet.
    const wholeQueueAheadMs = this.#acceptedMs.length < this.#queueMax ? undefined : this.#acceptedMs.shift()
    this.#acceptedMs.push(atMs)
    return { atMs, bytesSinceMs: Math.max(this.#queueEmptyAtMs, wholeQueueAheadMs ?? Number.NEGATIVE_INFINITY) }
  }

  /** A turn of the loop in which no connection came found the queue empty. */
  #watchQueue(): void {
    setImmediate(() => {
      if (this.#acceptedInTurn) {
        this.#acceptedInTurn = false
        this.#watchQueue()
      } else {
        this.#queueEmptyAtMs = null
      }
    })
  }
}
