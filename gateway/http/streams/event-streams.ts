import { Readable } from 'node:stream'
import type { Caller } from '#domain/access/caller.ts'
import { principalLabel } from '#domain/access/principal.ts'
import type { EventFeed, FeedPage } from '#domain/events/event-feed.ts'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { feedCursor } from '#http/shapes/feed-cursor.ts'
import { StreamPlaces } from './stream-places.ts'

/** One program that forgets to close its streams must not take those of all others, nor may many users of one place. */
const PLACES = { inAll: 200, ofOneHolder: 10, ofOneNetwork: 50 }
const EVENTS_AT_ONCE = 100
/** Bytes that wait for a slow reader; nothing more is read from the store before he has taken them. */
const AHEAD_MAX_BYTES = 65_536
const LOOK_AGAIN_MS = 200
/** Well under the connection timeout, which takes a silent stream for a dead one. */
const COMMENT_EVERY_MS = 10_000
/** After this the client reconnects with the id of its last event, and is authenticated again. */
const STREAM_MAX_MS = 60 * 60_000

interface Deps {
  feed: EventFeed
  clock: Clock
  log: Log
}

export interface FeedSubscription {
  readonly caller: Caller
  /** Where the stream goes to. */
  readonly ip: string
  /** Events up to this one are known to the caller. */
  readonly afterSeq: number
  /** Asked for each page: what the caller may see can change. */
  page(afterSeq: number, limit: number, end: AbortSignal): Promise<FeedPage>
  /** One event's `data`. */
  render(event: FeedPage['events'][number]): string
}

/**
 * The feed as server-sent events. A stream reads from the store only what its reader has room for, so a slow reader
 * costs a buffer and misses nothing; what is new is found by one look for all streams.
 */
export class EventStreams {
  readonly #deps: Deps
  readonly #open = new Set<AbortController>()
  readonly #places = new StreamPlaces(PLACES)
  readonly #waiting = new Set<(anyway: boolean) => void>()
  #stopLooking: (() => void) | null = null
  #lastSeq = 0
  #closed = false

  constructor(deps: Deps) {
    this.#deps = deps
  }

  open(subscription: FeedSubscription): Readable | 'too-many' {
    const holder = principalLabel(subscription.caller.principal)
    const leave = this.#closed ? null : this.#places.take({ holder, ip: subscription.ip })
    if (leave === null) return 'too-many'
    const end = new AbortController()
    this.#open.add(end)
    const frames = this.#frames(subscription, end.signal)
    // Not `Readable.from`: it ends a generator only after its next frame, and that may be 10 s away.
    const stream = new Readable({
      highWaterMark: AHEAD_MAX_BYTES,
      read: () => {
        frames.next().then(
          ({ value, done }) => {
            if (!stream.destroyed) stream.push(done === true ? null : value)
          },
          (error: unknown) => stream.destroy(error instanceof Error ? error : new Error('event stream failed')),
        )
      },
      destroy: (error, done) => {
        this.#open.delete(end)
        leave()
        end.abort()
        this.#wakeAll(false)
        done(error)
      },
    })
    stream.on('error', () => {})
    return stream
  }

  close(): void {
    this.#closed = true
    for (const end of this.#open) end.abort()
    this.#wakeAll(false)
  }

  async *#frames({ caller, afterSeq, page, render }: FeedSubscription, end: AbortSignal): AsyncGenerator<string> {
    const { clock, log } = this.#deps
    const untilMs = clock.monotonicMs() + STREAM_MAX_MS
    let seq = afterSeq
    let spokeAtMs = clock.monotonicMs()
    yield 'retry: 2000\n\n'
    try {
      while (!end.aborted && clock.monotonicMs() < untilMs && caller.isStillGood(clock.nowMs())) {
        const { events, lastSeq, more } = await page(seq, EVENTS_AT_ONCE, end)
        // Reading waits for its turn, and a credential may end meanwhile.
        if (!caller.isStillGood(clock.nowMs())) return
        seq = lastSeq
        if (events.length > 0) {
          yield events.map((event) => `id: ${feedCursor(event.seq)}\ndata: ${render(event)}\n\n`).join('')
          spokeAtMs = clock.monotonicMs()
        } else if (!more) {
          await this.#news(seq, end, spokeAtMs + COMMENT_EVERY_MS)
          if (!end.aborted && clock.monotonicMs() - spokeAtMs >= COMMENT_EVERY_MS) {
            // An id without data only moves the client's Last-Event-ID: when it reconnects, the events of other locks
            // that were looked through already are not read again.
            yield `:\nid: ${feedCursor(seq)}\n\n`
            spokeAtMs = clock.monotonicMs()
          }
        }
      }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      log.error({ cause: error.message }, 'event stream ended')
    }
  }

  /** Resolves when there may be events after `seq`, when the time has come, or when the stream ends. */
  #news(seq: number, end: AbortSignal, untilMonotonicMs: number): Promise<void> {
    if (end.aborted || this.#lastSeq > seq) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (anyway: boolean) => {
        const isDue = this.#deps.clock.monotonicMs() >= untilMonotonicMs
        if (!anyway && !end.aborted && this.#lastSeq <= seq && !isDue) return
        this.#waiting.delete(wake)
        resolve()
      }
      this.#waiting.add(wake)
      this.#look()
    })
  }

  /** Goes on as long as somebody waits. */
  #look(): void {
    if (this.#stopLooking !== null) return
    this.#stopLooking = this.#deps.clock.startTimer(LOOK_AGAIN_MS, () => {
      const wake = (lastSeq: number | null) => {
        this.#stopLooking = null
        this.#lastSeq = lastSeq ?? this.#lastSeq
        this.#wakeAll(lastSeq === null)
        if (this.#waiting.size > 0) this.#look()
      }
      // When the store fails, the streams' own reads say so.
      this.#deps.feed.lastSeq().then(wake, () => wake(null))
    })
  }

  #wakeAll(anyway: boolean): void {
    for (const wake of [...this.#waiting]) wake(anyway)
  }
}
