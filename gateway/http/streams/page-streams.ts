import { PassThrough, type Readable } from 'node:stream'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { StreamPlaces } from './stream-places.ts'

/** A person opens some pages of a console, and its page that nobody sees gives its place back. */
const PLACES = { inAll: 200, ofOneHolder: 20, ofOneNetwork: 100 }
/** Well under the connection timeout, and under the time after which a page takes its stream for dead. */
const BEAT_EVERY_MS = 10_000
/** Then the page connects again, and its session is looked at anew. */
const STREAM_MAX_MS = 60 * 60_000

/** One message to a page. `put`: parts that take the place of those with their ids. `top`: new lines of its list. */
export interface PageMessage {
  readonly event: 'put' | 'top'
  /** Elements that have nothing between them. */
  readonly html: string
  /** Where the page goes on when it connects again; null when that has not changed. */
  readonly place: string | null
}

/** What one open page has been told, and what comes next. */
export interface LivePage {
  /** What is new; nothing when nothing is. Never asked again before it has answered. */
  next(): Promise<readonly PageMessage[]>
}

interface Subscription {
  readonly page: LivePage
  readonly holder: string
  readonly ip: string
  /** How often it is asked. */
  readonly everyMs: number
  /** Calls once when whoever reads may read no longer; the answer forgets it. */
  onEnd(run: () => void): () => void
}

/** Streams of pages that follow what happens. A slow reader is told less often, and misses nothing that still holds. */
export class PageStreams {
  readonly #clock: Clock
  readonly #log: Log
  readonly #places = new StreamPlaces(PLACES)
  readonly #open = new Set<() => void>()
  #closed = false

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  open({ page, holder, ip, everyMs, onEnd }: Subscription): Readable | 'too-many' {
    const leave = this.#closed ? null : this.#places.take({ holder, ip })
    if (leave === null) return 'too-many'
    const clock = this.#clock
    const stream = new PassThrough()
    const untilMs = clock.monotonicMs() + STREAM_MAX_MS
    let spokeAtMs = clock.monotonicMs()
    let cancelTimer = () => {}

    const end = (): void => {
      cancelTimer()
      forget()
      this.#open.delete(end)
      leave()
      stream.end()
    }
    const write = (text: string): void => {
      stream.write(text)
      spokeAtMs = clock.monotonicMs()
    }
    const tell = async (): Promise<void> => {
      // What it has not taken yet would only become longer.
      if (stream.writableNeedDrain) return
      for (const message of await page.next()) {
        if (stream.writableEnded) return
        write(frameOf(message))
      }
    }
    const again = (): void => {
      if (stream.writableEnded) return
      if (clock.monotonicMs() >= untilMs) {
        end()
        return
      }
      if (clock.monotonicMs() - spokeAtMs >= BEAT_EVERY_MS) write('event: beat\ndata: 1\n\n')
      cancelTimer = clock.startTimer(everyMs, look)
    }
    const look = (): void => {
      tell().then(again, (error: unknown) => {
        // The store may be well again at the next look; the page is told by other means that it is not.
        if (error instanceof StoreFault) {
          again()
          return
        }
        this.#log.error({ cause: error instanceof Error ? error.message : String(error) }, 'stream of a page failed')
        end()
      })
    }
    const forget = onEnd(() => {
      if (!stream.writableEnded) stream.write('event: over\ndata: 1\n\n')
      end()
    })
    stream.on('close', end)
    stream.on('error', end)
    this.#open.add(end)
    write('retry: 2000\nevent: beat\ndata: 1\n\n')
    look()
    return stream
  }

  close(): void {
    this.#closed = true
    for (const end of [...this.#open]) end()
  }
}

const frameOf = ({ event, html, place }: PageMessage): string =>
  `${place === null ? '' : `id: ${place}\n`}event: ${event}\ndata: ${html.replaceAll(/\r?\n|\r/g, '\ndata: ')}\n\n`
