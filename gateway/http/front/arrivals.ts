/** When the event loop is known to have turned: everything that had come by then, on what was being read, has been read. */
export interface Heartbeat {
  /** Elapsed ms. */
  turnedAtMs(): number
  /** Elapsed ms, by the same clock. */
  nowMs(): number
}

/** For requests from inside this process: they wait in no buffer. */
export const alwaysTurning = (elapsedMs: () => number): Heartbeat => ({ turnedAtMs: elapsedMs, nowMs: elapsedMs })

/** Since when a connection has been read, elapsed ms, and how old what it brought with it may be. */
export interface ReadSince {
  readonly atMs: number
  readonly bytesSinceMs: number
}

/**
 * How old the bytes are that a connection brings: as old as the last beat of the loop before they were read, if the
 * connection was being read at that beat. If it was not, it lay in the listener's queue with its bytes, and the loop takes
 * one connection out of that queue in each turn, however fast it turns.
 */
export class Arrivals {
  readonly #heartbeat: Heartbeat
  readonly #acceptedMs: number[] = []
  readonly #queueMax: number
  /** The queue was empty at this time; null while it is, for all that is known, empty at each turn. */
  #queueEmptyAtMs: number | null = null
  #acceptedInTurn = false

  /** @param queueMax connections that can wait in the listener's queue: its backlog and one more */
  constructor(heartbeat: Heartbeat, queueMax: number) {
    this.#heartbeat = heartbeat
    this.#queueMax = queueMax
  }

  nowMs(): number {
    return this.#heartbeat.nowMs()
  }

  /** When those bytes can have come at the earliest that are read now, elapsed ms. */
  cameAtMs({ atMs, bytesSinceMs }: ReadSince): number {
    const turnedAtMs = this.#heartbeat.turnedAtMs()
    return turnedAtMs >= atMs ? turnedAtMs : bytesSinceMs
  }

  /** A connection is taken out of the listener's queue. Call for each of them, as it comes. */
  accepted(): ReadSince {
    const atMs = this.#heartbeat.nowMs()
    this.#acceptedInTurn = true
    if (this.#queueEmptyAtMs === null) {
      this.#queueEmptyAtMs = this.#heartbeat.turnedAtMs()
      this.#watchQueue()
    }
    // First in, first out: when the one that is a whole queue ahead left it, this one had not yet come.
    const wholeQueueAheadMs = this.#acceptedMs.length < this.#queueMax ? undefined : this.#acceptedMs.shift()
    this.#acceptedMs.push(atMs)
    return { atMs, bytesSinceMs: Math.max(this.#queueEmptyAtMs, wholeQueueAheadMs ?? Number.NEGATIVE_INFINITY) }
  }

  /** From now on a connection is not read, until it is `resumed`. */
  paused(read: ReadSince): ReadSince {
    if (read.atMs === Number.POSITIVE_INFINITY) return read
    return { atMs: Number.POSITIVE_INFINITY, bytesSinceMs: this.#heartbeat.turnedAtMs() }
  }

  resumed(read: ReadSince): ReadSince {
    return read.atMs === Number.POSITIVE_INFINITY ? { ...read, atMs: this.#heartbeat.nowMs() } : read
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
