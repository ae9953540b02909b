import { PassThrough, type Readable } from 'node:stream'
import { isFinal, type Opening } from '#domain/openings/opening.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Store } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { openingBody } from '#http/shapes/opening-body.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { StreamPlaces } from './stream-places.ts'

/** Of an opening: a guest's page, its reloads, and somebody who helps. Two hundred guests stand behind one address. */
const PLACES = { inAll: 500, ofOneHolder: 8, ofOneNetwork: 250 }
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
  readonly #places = new StreamPlaces(PLACES)
  #closed = false

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async open(
    openingId: OpeningId,
    { lastEventId, ip }: { lastEventId: string | null; ip: string },
  ): Promise<Readable | 'not-found' | 'too-many' | 'nothing-more'> {
    const leave = this.#closed ? null : this.#places.take({ holder: openingId, ip })
    if (leave === null) return 'too-many'
    let isStarted = false
    try {
      const opening = await this.#deps.store.findOpening(openingId)
      if (opening === null) return 'not-found'
      if (isFinal(opening.state) && lastEventId === opening.state) return 'nothing-more'
      if (this.#closed) return 'too-many'
      const stream = this.#start(openingId, leave)
      isStarted = true
      return stream
    } finally {
      if (!isStarted) leave()
    }
  }

  close(): void {
    this.#closed = true
    for (const end of [...this.#open]) end()
  }

  #start(openingId: OpeningId, leave: () => void): Readable {
    const { store, watch, clock } = this.#deps
    const stream = new PassThrough()
    const untilMs = clock.monotonicMs() + STREAM_MAX_MS
    let told: string | null = null
    let cancelTimer = () => {}

    const end = () => {
      stop()
      cancelTimer()
      this.#open.delete(end)
      leave()
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
    keepAlive()
    look().catch(end)
    return stream
  }
}
