import type { LockId } from '#protocol/ids.ts'

const CONTESTED_AT = 3
const WINDOW_MS = 60_000

/**
 * A lock whose network came back before the broker noticed takes over from itself: once. Two clients with one lock's
 * credential take over from each other for ever.
 */
export class TakeoverWatch {
  readonly #byLock = new Map<LockId, { sinceMs: number; count: number }>()

  /** True when this takeover is one of at least three within a minute. */
  isContested(lockId: LockId, nowMs: number): boolean {
    const seen = this.#byLock.get(lockId)
    if (seen === undefined || nowMs - seen.sinceMs > WINDOW_MS) {
      this.#byLock.set(lockId, { sinceMs: nowMs, count: 1 })
      return false
    }
    seen.count += 1
    return seen.count >= CONTESTED_AT
  }
}
