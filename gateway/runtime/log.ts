import pino, { type Logger } from 'pino'
import { type LogOutput, openLogOutput } from './log-output.ts'

/** Characters that wait for a slow reader at most, some thousand lines. What comes then is lost, and counted. */
const HELD_MAX_CHARACTERS = 1_048_576
/** Lines of this time leave in one write: a write for each took as long as an opening's domain rules. */
const GATHERED_MS = 5
/** Characters that leave in one write: after each, the event loop has its turn. */
const WRITTEN_AT_ONCE = 65_536
/** How long the end of the gateway waits for a slow log reader to take the last lines; then they are lost. */
const LAST_WORDS_MS = 1_000

export interface ProgramLog {
  readonly logger: Logger
  /** Lines that were lost since the start. */
  linesLost(): number
  /** Resolves when every line is written, or after a second if nobody reads. What is logged later is lost. */
  close(): Promise<void>
}

/**
 * The program's log, as JSON lines on one file descriptor. A log that can't be written never stops a door: lines wait in
 * memory while nobody reads, then they are lost; as soon as there is room again, a line tells how many.
 *
 * @param fd 2 for standard error
 */
export function openLog(level: string, fd: number, output: LogOutput = openLogOutput(fd)): ProgramLog {
  const lines = new HeldLines(output)
  process.on('exit', lines.writeLastWords)
  const logger = pino({ level }, { write: (line: string) => lines.add(line) })
  return {
    logger,
    linesLost: () => lines.lostInAll,
    close: async () => {
      await lines.written(LAST_WORDS_MS)
      process.off('exit', lines.writeLastWords)
      output.close()
    },
  }
}

/** Lines between the logger and its output, in their order. */
class HeldLines {
  readonly #output: LogOutput
  #held: string[] = []
  #heldCharacters = 0
  /** Not told of yet. */
  #lost = 0
  #lostInAll = 0
  #writing = false
  #whenIdle: (() => void)[] = []

  constructor(output: LogOutput) {
    this.#output = output
  }

  get lostInAll(): number {
    return this.#lostInAll
  }

  add(line: string): void {
    if (this.#heldCharacters + line.length > HELD_MAX_CHARACTERS) {
      this.#lost += 1
      this.#lostInAll += 1
      return
    }
    this.#held.push(line)
    this.#heldCharacters += line.length
    this.#writeSoon()
  }

  /** Resolves when nothing waits any more, when it can't be written, or after `maxMs`. */
  async written(maxMs: number): Promise<void> {
    if (this.#held.length > 0 || this.#lost > 0) this.#writeSoon()
    if (!this.#writing) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, maxMs)
      this.#whenIdle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** As `process.on('exit')` wants it: nothing can be waited for any more. */
  readonly writeLastWords = (): void => {
    const { text } = this.#take(Number.POSITIVE_INFINITY)
    this.#output.writeNow(this.#lost === 0 ? text : text + lossLine(this.#lost))
  }

  #writeSoon(): void {
    if (this.#writing) return
    this.#writing = true
    // A burst leaves with the next turn: it must not fill the room while it is gathered.
    if (this.#heldCharacters >= WRITTEN_AT_ONCE) setImmediate(() => this.#writeNext())
    else setTimeout(() => this.#writeNext(), GATHERED_MS)
  }

  #writeNext(): void {
    const told = this.#heldCharacters < HELD_MAX_CHARACTERS / 2 ? this.#lost : 0
    const { text, lines } = told > 0 ? { text: lossLine(told), lines: 0 } : this.#take(WRITTEN_AT_ONCE)
    if (text === '') {
      this.#rest()
      return
    }
    this.#output.write(text, (error) => {
      this.#lost += error === null ? -told : lines
      if (error !== null) this.#lostInAll += lines
      // An output that is broken for good must not be tried without end: the next line tries it again.
      if (error === null) setImmediate(() => this.#writeNext())
      else this.#rest()
    })
  }

  #rest(): void {
    this.#writing = false
    for (const tell of this.#whenIdle.splice(0)) tell()
  }

  #take(maxCharacters: number): { text: string; lines: number } {
    let characters = 0
    let lines = 0
    while (lines < this.#held.length && characters < maxCharacters) {
      characters += this.#held[lines]?.length ?? 0
      lines += 1
    }
    this.#heldCharacters -= characters
    return { text: this.#held.splice(0, lines).join(''), lines }
  }
}

/** In the form of pino's lines. */
function lossLine(lost: number): string {
  const msg = 'log lines were lost about here: whoever reads the log did not keep up, or its disk is full'
  return `${JSON.stringify({ level: pino.levels.values.error, time: Date.now(), lost, msg })}\n`
}
