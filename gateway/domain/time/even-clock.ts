import type { Clock } from './clock.ts'

/** The wall clock counts once it has gone evenly for so long: a wrong one that is put right after a start locks no door. */
export const EVEN_FOR_MS = 60_000
/** Less than this between the two clocks is drift and lateness, not a step. */
export const STEP_MIN_MS = 60_000

/** The wall clock, as long as it has made no step: measured against the elapsed time, from its making on. */
export class EvenClock {
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  #since: { readonly monotonicMs: number; readonly wallMs: number }

  constructor(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>) {
    this.#clock = clock
    this.#since = this.#read()
  }

  /** The time by the wall clock; null as long as that may be wrong for a moment only. A step is seen when this is asked. */
  evenNowMs(): number | null {
    const now = this.#read()
    const evenForMs = now.monotonicMs - this.#since.monotonicMs
    if (Math.abs(now.wallMs - this.#since.wallMs - evenForMs) >= STEP_MIN_MS) {
      this.#since = now
      return null
    }
    return evenForMs >= EVEN_FOR_MS ? now.wallMs : null
  }

  #read() {
    return { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.nowMs() }
  }
}
