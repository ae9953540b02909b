import type { Clock } from '#domain/time/clock.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { Opening } from './opening.ts'

type Listener = (opening: Opening) => void

/** Tells whoever waits for an opening each time it was stored in a new state. Holds nothing once nobody waits. */
export class OpeningWatch {
  readonly #listeners = new Map<OpeningId, Set<Listener>>()
  readonly #ofAll = new Set<Listener>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  announce(opening: Opening): void {
    for (const listener of this.#ofAll) listener(opening)
    const listeners = this.#listeners.get(opening.openingId)
    if (listeners === undefined) return
    for (const listener of [...listeners]) listener(opening)
  }

  /** Calls for each announcement of every opening, for good: it must take no time and not fail. */
  listenToAll(listener: Listener): void {
    this.#ofAll.add(listener)
  }

  /** Calls for each announcement until the answer is called. */
  listen(openingId: OpeningId, listener: Listener): () => void {
    const listeners = this.#listeners.get(openingId) ?? new Set()
    this.#listeners.set(openingId, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(openingId) === listeners) this.#listeners.delete(openingId)
    }
  }

  /** The first announced state that `wanted` takes, or null when the time has come first. */
  next(openingId: OpeningId, untilMonotonicMs: number, wanted: (opening: Opening) => boolean): Promise<Opening | null> {
    return new Promise((resolve) => {
      const end = (result: Opening | null) => {
        cancel()
        stop()
        resolve(result)
      }
      const stop = this.listen(openingId, (opening) => {
        if (wanted(opening)) end(opening)
      })
      const cancel = this.#clock.startTimer(Math.max(0, untilMonotonicMs - this.#clock.monotonicMs()), () => end(null))
    })
  }
}
