import type { RateCap } from './connections/rate-cap.ts'

export interface BrokerLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Above the number of locks of any site, times the few subjects that each may have. */
const REMEMBERED_MAX = 20_000

interface Line {
  readonly level: 'info' | 'warn'
  readonly fields: object
  readonly message: string
}
interface Subject {
  sinceMs: number
  leftOut: number
  /** The newest of those that were left out. */
  held: Line | null
}

/**
 * Limits log lines that outsiders can provoke at will: one per subject and interval, with the number of those left out.
 * The last line of a burst is written when the interval is over, so the end of a burst shows too. Times: monotonic ms.
 */
export class QuietLog {
  readonly #log: BrokerLog
  readonly #intervalMs: number
  /** Of all subjects together; null for no bound but the number of subjects. */
  readonly #cap: RateCap | null
  readonly #bySubject = new Map<string, Subject>()

  constructor(log: BrokerLog, intervalMs: number, cap: RateCap | null = null) {
    this.#log = log
    this.#intervalMs = intervalMs
    this.#cap = cap
  }

  warn(subject: string, fields: object, message: string, nowMs: number): void {
    this.#tell(subject, { level: 'warn', fields, message }, nowMs)
  }

  info(subject: string, fields: object, message: string, nowMs: number): void {
    this.#tell(subject, { level: 'info', fields, message }, nowMs)
  }

  /** Tells what was held back for an interval; call it about as often. */
  tellHeld(nowMs: number): void {
    for (const subject of this.#bySubject.values()) {
      if (subject.held === null || !this.#isDue(subject, nowMs)) continue
      this.#write(subject.held, subject.leftOut - 1)
      Object.assign(subject, { sinceMs: nowMs, leftOut: 0, held: null })
    }
  }

  /** Writes everything that is still held back, without the limits: the log ends here. */
  close(): void {
    for (const { held, leftOut } of this.#bySubject.values()) if (held !== null) this.#write(held, leftOut - 1)
    this.#bySubject.clear()
  }

  #tell(name: string, line: Line, nowMs: number): void {
    const last = this.#bySubject.get(name) ?? this.#newSubject(name)
    if (!this.#isDue(last, nowMs)) {
      last.leftOut += 1
      last.held = line
      return
    }
    // Moved to the end of the map, because the subject at its beginning is forgotten first.
    this.#bySubject.delete(name)
    this.#bySubject.set(name, { sinceMs: nowMs, leftOut: 0, held: null })
    this.#write(line, last.leftOut)
  }

  #isDue({ sinceMs }: Subject, nowMs: number): boolean {
    return nowMs - sinceMs >= this.#intervalMs && this.#cap?.take(1, nowMs) !== false
  }

  #newSubject(name: string): Subject {
    const [oldest] = this.#bySubject
    if (this.#bySubject.size >= REMEMBERED_MAX && oldest !== undefined) {
      const [oldestName, { held, leftOut }] = oldest
      this.#bySubject.delete(oldestName)
      if (held !== null) this.#write(held, leftOut - 1)
    }
    const subject: Subject = { sinceMs: -Infinity, leftOut: 0, held: null }
    this.#bySubject.set(name, subject)
    return subject
  }

  #write({ level, fields, message }: Line, leftOut: number): void {
    this.#log[level](leftOut === 0 ? fields : { ...fields, leftOut }, message)
  }
}
