import type { Clock } from '#domain/time/clock.ts'

/** A clock that stands still until a test moves it; timers run when it passes them, in order. */
export class ManualClock implements Clock {
  #elapsedMs = 0
  #timers: { atMs: number; run: () => void }[] = []
  readonly #startMs: number

  constructor(startMs = Date.UTC(2026, 10, 23, 12)) {
    this.#startMs = startMs
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  startTimer(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#elapsedMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Lets time pass, and lets what waits for promises go on after each timer. */
  async passMs(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#elapsedMs = next.atMs
      next.run()
      await settled()
    }
    this.#elapsedMs = untilMs
    await settled()
  }
}

/** A clock whose wall can be corrected. */
export class CorrectedClock extends ManualClock {
  correctedByMs = 0
  override nowMs(): number {
    return super.nowMs() + this.correctedByMs
  }
}

/** After every promise that is already resolved has been seen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
