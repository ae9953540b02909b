export interface BrokerLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const REMEMBERED_MAX = 1_000

/** Warnings that whoever is outside can cause at will: one line per subject and interval, with the number left out. */
export class QuietWarnings {
  readonly #log: BrokerLog
  readonly #intervalMs: number
  readonly #bySubject = new Map<string, { sinceMs: number; leftOut: number }>()

  constructor(log: BrokerLog, intervalMs: number) {
    this.#log = log
    this.#intervalMs = intervalMs
  }

  warn(subject: string, fields: object, message: string, nowMs: number): void {
    const last = this.#bySubject.get(subject)
    if (last !== undefined && nowMs - last.sinceMs < this.#intervalMs) {
      last.leftOut += 1
      return
    }
    // Subjects are reasons and known locks, so this only clears what an old storm left behind.
    if (this.#bySubject.size >= REMEMBERED_MAX) this.#bySubject.clear()
    this.#bySubject.set(subject, { sinceMs: nowMs, leftOut: 0 })
    this.#log.warn(last === undefined || last.leftOut === 0 ? fields : { ...fields, leftOut: last.leftOut }, message)
  }
}
