import { writeSync } from 'node:fs'
import pino, { type Logger } from 'pino'

/** More than this is written at once, however busy the turn of the event loop is. */
const HELD_MAX_CHARACTERS = 65_536

/**
 * The program's log, as JSON lines on one file descriptor. The lines of one turn of the event loop leave in one write:
 * a write for each line took as long as an opening's domain rules. Nothing is held longer, nor when the process ends.
 */
export function openLog(level: string, fd: number): Logger {
  let held = ''
  const flush = (): void => {
    const text = held
    held = ''
    if (text !== '') writeAll(fd, text)
  }
  process.on('exit', flush)
  return pino(
    { level },
    {
      write: (line: string): void => {
        if (held === '') setImmediate(flush)
        held += line
        if (held.length > HELD_MAX_CHARACTERS) flush()
      },
    },
  )
}

/** A log that can't be written must not stop the doors. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  let at = 0
  for (let tries = 0; at < bytes.length && tries < TRIES_MAX; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      // A pipe whose reader is slow: wait a moment, as a blocking write would.
      tries += 1
      Atomics.wait(PAUSE, 0, 0, 1)
    }
  }
}

const TRIES_MAX = 1_000
const PAUSE = new Int32Array(new SharedArrayBuffer(4))
