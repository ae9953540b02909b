import type { LockId } from '#protocol/ids.ts'
import type { AlarmBook } from '#store/alarm-book.ts'

/** A lock that goes on for hours must not write all the time. */
const RAISED_EVERY_MS = 60_000
const ADVICE =
  'The lock says more than a working one can, so it is cut off for a while, again and again: is its firmware broken, or does somebody else have its key or password?'

/** Tells of locks that were cut off for what they say. */
export class FloodAlarm {
  readonly #alarms: Pick<AlarmBook, 'raise'>
  readonly #raisedAtMs = new Map<LockId, number>()

  constructor(alarms: Pick<AlarmBook, 'raise'>) {
    this.#alarms = alarms
  }

  async cutOff(lockId: LockId, nowMs: number): Promise<void> {
    const raisedAtMs = this.#raisedAtMs.get(lockId)
    if (raisedAtMs !== undefined && Math.abs(nowMs - raisedAtMs) < RAISED_EVERY_MS) return
    this.#raisedAtMs.set(lockId, nowMs)
    await this.#alarms.raise({ kind: 'lock-floods', lockId, severity: 'warning', about: null, advice: ADVICE }, nowMs)
  }
}
