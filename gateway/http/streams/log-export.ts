import { Readable } from 'node:stream'
import type { LogEntry } from '#domain/events/log-entry.ts'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'

/** Bytes that wait for a slow reader; nothing more is read from the store before he has taken them. */
const AHEAD_MAX_BYTES = 65_536
/** Whoever takes nothing for so long has gone, or holds a place that others wait for. */
export const READER_SILENT_MAX_MS = 60_000

interface Deps {
  readonly clock: Pick<Clock, 'startTimer'>
  readonly log: Log
}

export interface LogExport {
  readonly pages: AsyncGenerator<readonly LogEntry[], void>
  readonly head: string
  render(entries: readonly LogEntry[]): string
  /** False once the credential has ended. */
  isStillGood(): boolean
  /** Called once, however it ends. */
  ended(): void
}

/** A file that grows as its reader takes it: it costs a page and a buffer, however long it is. */
export function logExport({ pages, head, render, isStillGood, ended }: LogExport, { clock, log }: Deps): Readable {
  let stopWaiting = () => {}
  let isHeadTold = head === ''
  const next = async (): Promise<string | null> => {
    if (!isHeadTold) {
      isHeadTold = true
      return head
    }
    const { value, done } = await pages.next()
    if (done === true) return null
    if (!isStillGood()) throw new Error('the credential has ended')
    return render(value)
  }
  const stream = new Readable({
    highWaterMark: AHEAD_MAX_BYTES,
    read: () => {
      stopWaiting()
      next().then(
        (text) => {
          if (stream.destroyed) return
          // Begins before the push: that may ask for more at once.
          stopWaiting = clock.startTimer(READER_SILENT_MAX_MS, () => stream.destroy(new Error('nobody reads it')))
          stream.push(text)
        },
        (error: unknown) => {
          if (error instanceof StoreFault) log.error({ cause: error.message }, 'a file of the log was broken off')
          stream.destroy(error instanceof Error ? error : new Error('a file of the log was broken off'))
        },
      )
    },
    destroy: (error, done) => {
      stopWaiting()
      ended()
      // Waits behind the page that is being read.
      pages.return().then(
        () => done(error),
        () => done(error),
      )
    },
  })
  stream.on('error', () => {})
  return stream
}
