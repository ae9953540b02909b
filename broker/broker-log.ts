export interface BrokerLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Above the number of locks of any site, times the few subjects that each may have. */
const REMEMBERED_MAX = 20_000

/** Lines that whoever is outside can cause at will: one per subject and interval, with the number left out. */
export class QuietLog {
  readonly #log: BrokerLog
  readonly #intervalMs: number
  readonly #bySubject = new Map<string, { sinceMs: number; leftOut: number }>()

  constructor(log: BrokerLog, intervalMs: number) {
    this.#log = log
    this.#intervalMs = intervalMs
  }

  warn(subject: string, fields: object, message: string, nowMs: number): void {
    this.#tell('warn', subject, fields, message, nowMs)
  }

  info(subject: string, fields: object, message: string, nowMs: number): void {
    this.#tell('info', subject, fields, message, nowMs)
  }

  #tell(level: 'info' | 'warn', subject: string, fields: object, message: string, nowMs: number): void {
    const last = this.#bySubject.get(subject)
    if (last !== undefined && nowMs - last.sinceMs < this.#intervalMs) {
      last.leftOut += 1
      return
    }
    this.#bySubject.delete(subject)
    const [oldest] = this.#bySubject.keys()
    if (this.#bySubject.size >= REMEMBERED_MAX && oldest !== undefined) this.#bySubject.delete(oldest)
    this.#bySubject.set(subject, { sinceMs: nowMs, leftOut: 0 })
    this.#log[level](last === undefined || last.leftOut === 0 ? fields : { ...fields, leftOut: last.leftOut }, message)
  }
}
