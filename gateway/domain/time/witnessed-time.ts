import type { Clock } from './clock.ts'

/** Less than this between the two clocks is drift and lateness, not a step. */
const STEP_MIN_MS = 60_000

/**
 * Tells time that passed while this process ran from time that the wall clock skipped: a correction forward, a power
 * cut, a suspended machine. An unconfirmed opening ages only while the gateway could have heard its lock.
 */
export class WitnessedTime {
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  #gaps: { readonly seenMonotonicMs: number; readonly skippedMs: number }[] = []
  #wallMs: number
  #monotonicMs: number

  /** @param lastStoredMs the wall clock when something was last stored; what lies between is a gap too */
  constructor(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>, lastStoredMs: number) {
    this.#clock = clock
    this.#monotonicMs = clock.monotonicMs()
    this.#wallMs = lastStoredMs
    this.look()
  }

  /** Call at least once in every few minutes: what is not looked at is not seen. */
  look(): void {
    const wallMs = this.#clock.nowMs()
    const monotonicMs = this.#clock.monotonicMs()
    const skippedMs = wallMs - this.#wallMs - (monotonicMs - this.#monotonicMs)
    if (skippedMs >= STEP_MIN_MS) this.#gaps.push({ seenMonotonicMs: monotonicMs, skippedMs })
    this.#wallMs = wallMs
    this.#monotonicMs = monotonicMs
  }

  /** A time by the wall clock since which at least `ms` have been witnessed. */
  witnessedAgoMs(ms: number): number {
    const nowMonotonicMs = this.#clock.monotonicMs()
    this.#gaps = this.#gaps.filter(({ seenMonotonicMs }) => nowMonotonicMs - seenMonotonicMs < ms)
    return this.#clock.nowMs() - ms - this.#gaps.reduce((sum, { skippedMs }) => sum + skippedMs, 0)
  }
}
