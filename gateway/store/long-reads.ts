import type { InSteps } from './tables/temp-key-lists.ts'

/** Below it a timer would rest longer than the work took. */
const REST_MIN_MS = 1

/** Reads that would stop the event loop, in steps: one step of one of them in each turn, however many there are at once. */
export class LongReads {
  readonly #rests: boolean
  #last: Promise<void> = Promise.resolve()
  /** What the steps since the last rest took. */
  #workedMs = 0

  /** @param options.rests after its work it does nothing for as long, so that reading without end takes half of a core */
  constructor({ rests = false }: { readonly rests?: boolean } = {}) {
    this.#rests = rests
  }

  /** @param step runs one step; what it throws ends the read */
  async run<Result>(read: () => InSteps<Result>, step: <T>(query: () => T) => T): Promise<Result> {
    await this.#turn()
    const steps = step(read)
    for (;;) {
      const next = this.#measured(() => step(() => steps.next()))
      if (next.done === true) return next.value
      await this.#turn()
    }
  }

  #measured<T>(work: () => T): T {
    const startedMs = performance.now()
    try {
      return work()
    } finally {
      this.#workedMs += performance.now() - startedMs
    }
  }

  #turn(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => this.#wait(resolve)))
    return this.#last
  }

  #wait(done: () => void): void {
    if (!this.#rests || this.#workedMs < REST_MIN_MS) return void setImmediate(done)
    const restedAtMs = performance.now() + this.#workedMs
    this.#workedMs = 0
    rest()

    /** A timer counts from the beginning of its turn, so that it may be early by what the turn has taken. */
    function rest(): void {
      const leftMs = restedAtMs - performance.now()
      if (leftMs <= 0) done()
      else setTimeout(rest, Math.ceil(leftMs))
    }
  }
}
