import type { Logger } from 'pino'
import type { Contest } from '#broker/connections/takeover-watch.ts'
import type { LockId } from '#protocol/ids.ts'
import type { AlarmBook } from '#store/alarm-book.ts'

/** Two devices take over from each other for ever: that must not write all the time. */
const RAISED_EVERY_MS = 60_000

/** Tells of locks whose name and password two devices use: once a minute for each, with how often they took over. */
export class ContestAlarm {
  readonly #alarms: Pick<AlarmBook, 'raise'>
  readonly #log: Pick<Logger, 'warn'>
  /** With the takeovers since it was last raised. */
  readonly #told = new Map<LockId, { raisedAtMs: number; untold: number }>()

  constructor(alarms: Pick<AlarmBook, 'raise'>, log: Pick<Logger, 'warn'>) {
    this.#alarms = alarms
    this.#log = log
  }

  async contested(lockId: LockId, { takeovers, from, to }: Contest, nowMs: number): Promise<void> {
    const told = this.#told.get(lockId)
    if (told !== undefined && Math.abs(nowMs - told.raisedAtMs) < RAISED_EVERY_MS) {
      told.untold += takeovers
      return
    }
    const times = takeovers + (told?.untold ?? 0)
    this.#told.set(lockId, { raisedAtMs: nowMs, untold: 0 })
    const addresses = [from, to]
    this.#log.warn({ lockId, addresses, takeovers: times }, 'two clients use the name and password of one lock')
    const advice = adviceOf(from, to)
    await this.#alarms.raise(
      { kind: 'lock-contested', lockId, severity: 'critical', about: null, advice },
      nowMs,
      times,
    )
  }
}

/** Behind one address there may be two devices, or one that loses its power again and again: nobody can tell from here. */
const adviceOf = (from: string, to: string): string =>
  from === to
    ? `Something connects as this lock again and again while it is connected, from ${to}: two devices with one name and password, or one that restarts all the time. Look which device is the lock.`
    : `Two devices connect as this lock in turn, from ${from} and ${to}: was a board flashed twice, or does somebody have its password? Look which of them hangs on the door, and take the other off the network.`
