import { hash } from 'node:crypto'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { ChangesOfSite, Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'

/** Who pages, scrolls or follows reads once; the same question after a rest of this length is a new one. */
export const SAME_READING_MS = 10 * 60_000
/** Different questions of one reader that are told one by one; the others become one event together. */
const QUESTIONS_MAX = 20
const READERS_MAX = 1_000
const WHAT_MAX = 300

interface Reading {
  /** When each question was last asked, by its hash. */
  readonly questions: Map<string, number>
}

export interface LogReadersDeps {
  readonly store: Pick<ChangesOfSite, 'recordSiteEvent'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly log: Log
}

/**
 * Whoever reads guests' names is himself an event of the log: who, what he asked for, and how many he saw at first. Reading
 * that event is none, so that two who watch the log do not fill it.
 */
export class LogReaders {
  readonly #deps: LogReadersDeps
  readonly #readers = new Map<string, Reading>()

  constructor(deps: LogReadersDeps) {
    this.#deps = deps
  }

  /** @param what the question in words; @param seen entries that name a guest */
  async note(by: Principal, what: string, seen: number): Promise<void> {
    const reader = principalLabel(by)
    const told = this.#begins(reader, what)
    if (told !== null) await this.#record(reader, told, seen)
  }

  /** A file that leaves the gateway is told each time, when it begins and with its number of rows when it ends. */
  async noteExport(by: Principal, what: string, seen: number | null): Promise<void> {
    await this.#record(principalLabel(by), what, seen)
  }

  /** What is to be recorded; null when it is part of a reading that was recorded before. */
  #begins(reader: string, what: string): string | null {
    const nowMs = this.#deps.clock.monotonicMs()
    const reading = this.#readers.get(reader) ?? { questions: new Map<string, number>() }
    this.#readers.delete(reader)
    this.#readers.set(reader, reading)
    const [oldest] = this.#readers.keys()
    if (this.#readers.size > READERS_MAX && oldest !== undefined) this.#readers.delete(oldest)
    const { questions } = reading
    for (const [name, askedMs] of questions) if (nowMs - askedMs >= SAME_READING_MS) questions.delete(name)
    const name = hash('sha256', what, 'base64url')
    const isFull = !questions.has(name) && questions.size >= QUESTIONS_MAX
    const kept = isFull ? 'others' : name
    const isNew = !questions.has(kept)
    questions.set(kept, nowMs)
    if (!isNew) return null
    return isFull ? 'more and more different questions' : what
  }

  /** A failing store must not hide what happened: then the gateway's own log names the reader. */
  async #record(by: string, what: string, count: number | null): Promise<void> {
    const { store, clock, log } = this.#deps
    const data = { by, what: what.slice(0, WHAT_MAX), count }
    try {
      await store.recordSiteEvent({ type: 'LogRead', atMs: clock.nowMs(), data })
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      log.error({ by, cause: error.message }, 'somebody read the log, and that could not be stored')
    }
  }
}
