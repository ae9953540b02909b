import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { FailedCheck } from '#lock-link/lock-link-options.ts'
import type { LockId } from '#protocol/ids.ts'

/** One line per lock and cause in this time: enough for a firmware author, too few for a flood to fill a disk. */
const LOG_EVERY_MS = 10_000

/** Counts what was not understood of what locks say, and tells why without letting anybody fill the log. */
export class DroppedMessages {
  readonly #counts = new Map<string, { count: number; loggedAtMs: number }>()
  readonly #clock: Clock
  readonly #log: Log

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** It does not verify, so nothing of it counts. */
  add(lockId: LockId, check: FailedCheck, detail: string): void {
    this.#tell(`${lockId} ${check}`, 'message of a lock dropped', (dropped) => ({ lockId, check, detail, dropped }))
  }

  /** It counts, but for these members: they decide nothing, and are taken as unknown. */
  misread(lockId: LockId, members: readonly string[]): void {
    this.#tell(`${lockId} members`, 'members of a lock’s message can’t be read and count as unknown', (times) => ({
      lockId,
      members,
      times,
    }))
  }

  #tell(subject: string, words: string, fields: (count: number) => object): void {
    const entry = this.#counts.get(subject) ?? { count: 0, loggedAtMs: -Infinity }
    this.#counts.set(subject, entry)
    entry.count += 1
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - entry.loggedAtMs < LOG_EVERY_MS) return
    entry.loggedAtMs = nowMs
    this.#log.warn(fields(entry.count), words)
  }
}
