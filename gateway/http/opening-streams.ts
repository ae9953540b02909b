import { PassThrough, type Readable } from 'node:stream'
import type { Clock } from '#domain/clock.ts'
import { isFinal, type Opening } from '#domain/opening.ts'
import type { OpeningWatch } from '#domain/opening-watch.ts'
import { type Store, StoreFault } from '#domain/ports.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { openingBody } from './opening-body.ts'

const STREAMS_MAX = 500
/** A guest's page, its reloads, and somebody who helps: one opening must not take every stream. */
const STREAMS_OF_OPENING_MAX = 8
/** Well under the connection timeout, which takes a silent stream for a dead one. */
const COMMENT_EVERY_MS = 10_000
/** Then the client asks again: an opening may stay unconfirmed for a day. */
const STREAM_MAX_MS = 10 * 60_000

interface Deps {
  store: Pick<Store, 'findOpening'>
  watch: OpeningWatch
  clock: Clock
}

/** Event streams of openings: each state once, a comment every 10 s, and the end at the final state. */
export class OpeningStreams {
  readonly #deps: Deps
  readonly #open = new Set<() => void>()
  readonly #perOpening = new Map<OpeningId, number>()
  #opening = 0
  #closed = false

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async open(
    openingId: OpeningId,
    lastEventId: string | null,
  ): Promise<Readable | 'not-found' | 'too-many' | 'nothing-more'> {
    if (this.#closed || this.#open.size + this.#opening >= STREAMS_MAX) return 'too-many'
    if ((this.#perOpening.get(openingId) ?? 0) >= STREAMS_OF_OPENING_MAX) return 'too-many'
    this.#opening += 1
    try {
      const opening = await this.#deps.store.findOpening(openingId)
      if (opening === null) return 'not-found'
      if (isFinal(opening.state) && lastEventId === opening.state) return 'nothing-more'
      return this.#start(openingId)
    } finally {
      this.#opening -= 1
    }
  }

  close(): void {
    this.#closed = true
    for (const end of [...this.#open]) end()
  }

  #count(openingId: OpeningId, by: 1 | -1): void {
    const count = (this.#perOpening.get(openingId) ?? 0) + by
    if (count === 0) this.#perOpening.delete(openingId)
    else this.#perOpening.set(openingId, count)
  }

  #start(openingId: OpeningId): Readable {
    const { store, watch, clock } = this.#deps
    const stream = new PassThrough()
    const untilMs = clock.monotonicMs() + STREAM_MAX_MS
    let told: string | null = null
    let cancelTimer = () => {}

    const end = () => {
      stop()
      cancelTimer()
      if (this.#open.delete(end)) this.#count(openingId, -1)
      stream.end()
    }
    const tell = (opening: Opening) => {
      if (opening.state === told || stream.writableEnded) return
      told = opening.state
      stream.write(`id: ${opening.state}\ndata: ${JSON.stringify(openingBody(opening))}\n\n`)
      if (isFinal(opening.state)) end()
    }
    /** The store is asked after the watch began, and again now and then: no change falls between. */
    const look = async () => {
      try {
        const opening = await store.findOpening(openingId)
        if (opening !== null) tell(opening)
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error
        end()
      }
    }
    const keepAlive = () => {
      cancelTimer = clock.startTimer(COMMENT_EVERY_MS, () => {
        if (stream.writableEnded) return
        if (clock.monotonicMs() >= untilMs) return end()
        stream.write(':\n\n')
        keepAlive()
        look().catch(end)
      })
    }
    const stop = watch.listen(openingId, tell)
    stream.on('close', end)
    stream.on('error', end)
    this.#open.add(end)
    this.#count(openingId, 1)
    keepAlive()
    look().catch(end)
    return stream
  }
}
