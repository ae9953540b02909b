import type { Logger } from 'pino'
import type { TooManyPrepared } from '#domain/locks/prepared-locks.ts'
import type { AlarmBook } from '#store/alarm-book.ts'

/** A program that is refused tries again and again: that must not write all the time. */
const RAISED_EVERY_MS = 60_000

/** Tells that a program was refused to prepare a lock, because too many are prepared. */
export class PreparedLocksAlarm {
  readonly #alarms: Pick<AlarmBook, 'raise'>
  readonly #log: Pick<Logger, 'warn'>
  #raisedAtMs: number | null = null
  /** Refusals since it was last raised. */
  #times = 0

  constructor(alarms: Pick<AlarmBook, 'raise'>, log: Pick<Logger, 'warn'>) {
    this.#alarms = alarms
    this.#log = log
  }

  /** @param by `organization:acme/api-key:…` */
  async refused({ of, limit }: TooManyPrepared, by: string, nowMs: number): Promise<void> {
    this.#times += 1
    if (this.#raisedAtMs !== null && Math.abs(nowMs - this.#raisedAtMs) < RAISED_EVERY_MS) return
    this.#raisedAtMs = nowMs
    const times = this.#times
    this.#times = 0
    this.#log.warn({ by, of, limit, times }, 'a program may prepare no more locks')
    const whose = of === 'caller' ? 'It has' : 'Programs have'
    const advice = `${by} may prepare no more locks. ${whose} prepared ${limit} that have no key yet: is a program broken, or its credential in wrong hands? A lock that is added (lock add) counts no more.`
    await this.#alarms.raise(
      { kind: 'prepared-locks-full', lockId: null, severity: 'warning', about: null, advice },
      nowMs,
      times,
    )
  }
}
