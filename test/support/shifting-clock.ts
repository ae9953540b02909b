import type { Clock } from '#domain/time/clock.ts'
import { realClock } from '#runtime/real-clock.ts'

/** The real clock, which a test can move: elapsed time forward, wall time to anywhere. Timers stay in real time. */
export class ShiftingClock implements Clock {
  #elapsedShiftMs = 0
  #wallShiftMs = 0
  #wallHeldAtMs: number | null = null

  nowMs(): number {
    if (this.#wallHeldAtMs !== null) return this.#wallHeldAtMs
    return Math.round(realClock.nowMs() + this.#wallShiftMs)
  }

  monotonicMs(): number {
    return realClock.monotonicMs() + this.#elapsedShiftMs
  }

  startTimer(delayMs: number, run: () => void): () => void {
    return realClock.startTimer(delayMs, run)
  }

  /** This much time passes for both clocks, in no time. */
  passMs(ms: number): void {
    this.#elapsedShiftMs += ms
    this.#wallShiftMs += ms
  }

  /** Somebody, or NTP, sets the wall clock. */
  stepWallMs(ms: number): void {
    this.#wallShiftMs += ms
  }

  /** The wall clock stands still at this millisecond, until null lets it go on. */
  holdWallAt(ms: number | null): void {
    this.#wallHeldAtMs = ms
  }
}
