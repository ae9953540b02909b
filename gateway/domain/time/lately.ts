import type { Clock } from './clock.ts'

/** Something that costs to find out: found out anew once it is older than `goodForMs`, however many look meanwhile. */
export class Lately<Value> {
  readonly #find: () => Promise<Value>
  readonly #goodForMs: number
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #last: { readonly atMonotonicMs: number; readonly value: Promise<Value> } | null = null

  constructor(find: () => Promise<Value>, goodForMs: number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#find = find
    this.#goodForMs = goodForMs
    this.#clock = clock
  }

  /** Rejects as `find` does, and then finds out anew the next time. */
  get(): Promise<Value> {
    const atMonotonicMs = this.#clock.monotonicMs()
    if (this.#last !== null && atMonotonicMs - this.#last.atMonotonicMs < this.#goodForMs) return this.#last.value
    const last = { atMonotonicMs, value: this.#find() }
    this.#last = last
    last.value.catch(() => {
      if (this.#last === last) this.#last = null
    })
    return last.value
  }
}
