import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'

/** One message between the gateway and a lock, for people: without its signature, and without anything that opens. */
export interface LockMessage {
  readonly direction: 'to-lock' | 'from-lock'
  /** What it calls itself, such as `lock-hello+jwt`; null when that can't be read. */
  readonly type: string | null
  /** Its content in one line. */
  readonly text: string
  /** `ok`, the check that failed, or what else made it count for nothing. */
  readonly verdict: string
  readonly detail: string | null
}

export interface SeenMessage extends LockMessage {
  /** UTC. */
  readonly atMs: number
  /** Counts what this process has seen: whoever has read one is told no earlier one again. */
  readonly number: number
}

/** Calls for each message of one lock until the answer is called. */
export type WatchMessages = (lockId: LockId, see: (message: LockMessage) => void) => () => void

interface Watched {
  readonly messages: SeenMessage[]
  readonly stop: () => void
  endLease: () => void
}

/** A page asks more often. */
const LEASE_MS = 15_000
const KEPT_MAX = 200
/** Each decodes what its lock says. */
const DOORS_MAX = 50

/** What locks say while somebody looks on. Nobody asks, nothing is kept. */
export class DoorMessages {
  readonly #watch: WatchMessages
  readonly #clock: Clock
  readonly #watched = new Map<LockId, Watched>()
  readonly #epoch: string
  #count = 0

  constructor(watch: WatchMessages, clock: Clock) {
    this.#watch = watch
    this.#clock = clock
    this.#epoch = clock.nowMs().toString(36)
  }

  /** Where somebody who begins to look on now begins. */
  begin(lockId: LockId): string {
    this.#lease(lockId)
    return this.#placeOf(this.#count)
  }

  /** What has been said since, newest first, at most 200; of a place of another process, nothing. Asking goes on looking on. */
  since(place: string | null, lockId: LockId): { readonly messages: readonly SeenMessage[]; readonly place: string } {
    const kept = this.#lease(lockId)?.messages ?? []
    const [epoch, number] = (place ?? '').split('-')
    const after =
      epoch === this.#epoch && number !== undefined && /^\d{1,15}$/.test(number) ? Number(number) : this.#count
    const messages = kept.filter((message) => message.number > after).reverse()
    return { messages, place: this.#placeOf(this.#count) }
  }

  close(): void {
    for (const lockId of [...this.#watched.keys()]) this.#end(lockId)
  }

  #lease(lockId: LockId): Watched | null {
    const watched = this.#watched.get(lockId) ?? this.#beginWatch(lockId)
    if (watched === null) return null
    watched.endLease()
    watched.endLease = this.#clock.startTimer(LEASE_MS, () => this.#end(lockId))
    return watched
  }

  #beginWatch(lockId: LockId): Watched | null {
    if (this.#watched.size >= DOORS_MAX) return null
    const messages: SeenMessage[] = []
    const stop = this.#watch(lockId, (message) => {
      this.#count += 1
      messages.push({ ...message, atMs: this.#clock.nowMs(), number: this.#count })
      if (messages.length > KEPT_MAX) messages.shift()
    })
    const watched = { messages, stop, endLease: () => {} }
    this.#watched.set(lockId, watched)
    return watched
  }

  #end(lockId: LockId): void {
    const watched = this.#watched.get(lockId)
    watched?.endLease()
    watched?.stop()
    this.#watched.delete(lockId)
  }

  #placeOf(number: number): string {
    return `${this.#epoch}-${number}`
  }
}
