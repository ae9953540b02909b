import type { InSteps } from './temp-key-lists.ts'

/** Reads that would stop the event loop, in steps: one step of one of them in each turn, however many there are at once. */
export class LongReads {
  #last: Promise<void> = Promise.resolve()

  /** @param step runs one step; what it throws ends the read */
  async run<Result>(read: () => InSteps<Result>, step: <T>(query: () => T) => T): Promise<Result> {
    await this.#turn()
    const steps = step(read)
    for (;;) {
      const next = step(() => steps.next())
      if (next.done === true) return next.value
      await this.#turn()
    }
  }

  #turn(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)))
    return this.#last
  }
}
