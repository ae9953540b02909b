import type { LockId } from '#protocol/ids.ts'

const CONTESTED_AT = 3
const WINDOW_MS = 60_000

/** Several clients use the name and password of one lock, each of them taking over from another that is there. */
export interface Contest {
  /** Takeovers that were not told before, 1 or more. */
  readonly takeovers: number
  /** Where the connection came from that was there, and where the one that took over. */
  readonly from: string
  readonly to: string
}

/**
 * A lock whose network came back before the broker noticed takes over from itself: once. Two clients with one lock's
 * credential take over from each other for ever.
 */
export class TakeoverWatch {
  readonly #byLock = new Map<LockId, { sinceMs: number; count: number }>()

  /** How many takeovers to report now: 3 at the third within a minute, 1 at each later one in that minute, else 0. */
  toTell(lockId: LockId, nowMs: number): number {
    const seen = this.#byLock.get(lockId)
    if (seen === undefined || nowMs - seen.sinceMs > WINDOW_MS) {
      this.#byLock.set(lockId, { sinceMs: nowMs, count: 1 })
      return 0
    }
    seen.count += 1
    if (seen.count < CONTESTED_AT) return 0
    return seen.count === CONTESTED_AT ? CONTESTED_AT : 1
  }
}
