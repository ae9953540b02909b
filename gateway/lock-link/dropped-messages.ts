import type { Clock } from '#domain/clock.ts'
import type { Log } from '#domain/ports.ts'
import type { EnvelopeCheck } from '#protocol/envelope.ts'
import type { LockId } from '#protocol/ids.ts'

/** One line per lock and check in this time: enough for a firmware author, too few for a flood to fill a disk. */
const LOG_EVERY_MS = 10_000

/** Counts what does not verify, and says why without letting anybody fill the log. */
export class DroppedMessages {
  readonly #counts = new Map<string, { dropped: number; loggedAtMs: number }>()
  readonly #clock: Clock
  readonly #log: Log

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  add(lockId: LockId, check: EnvelopeCheck, detail: string): void {
    const name = `${lockId} ${check}`
    const entry = this.#counts.get(name) ?? { dropped: 0, loggedAtMs: -Infinity }
    this.#counts.set(name, entry)
    entry.dropped += 1
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - entry.loggedAtMs < LOG_EVERY_MS) return
    entry.loggedAtMs = nowMs
    this.#log.warn({ lockId, check, detail, dropped: entry.dropped }, 'message of a lock dropped')
  }
}
