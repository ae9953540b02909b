/** A monotonic clock of the world outside the lock, in milliseconds from any beginning. */
export interface MonotonicClock {
  monotonicMs(): number
}

export const processClock: MonotonicClock = { monotonicMs: () => performance.now() }

/** The lock's own clock: time since boot, as a crystal that may be off counts it. It never runs backwards. */
export class Crystal {
  readonly #clock: MonotonicClock
  #rate: number
  #anchorMs: number
  #anchorUptimeMs: number

  constructor(clock: MonotonicClock, ppm: number, bootUptimeMs: number) {
    this.#clock = clock
    this.#rate = 1 + ppm / 1_000_000
    this.#anchorMs = clock.monotonicMs()
    this.#anchorUptimeMs = bootUptimeMs
  }

  uptimeMs(): number {
    return this.#anchorUptimeMs + (this.#clock.monotonicMs() - this.#anchorMs) * this.#rate
  }

  setPpm(ppm: number): void {
    this.#anchorUptimeMs = this.uptimeMs()
    this.#anchorMs = this.#clock.monotonicMs()
    this.#rate = 1 + ppm / 1_000_000
  }

  /** How long the world outside has to wait until the crystal shows this uptime; never less than a millisecond. */
  worldMsUntil(uptimeMs: number): number {
    return Math.max(1, Math.ceil((uptimeMs - this.uptimeMs()) / this.#rate))
  }
}
