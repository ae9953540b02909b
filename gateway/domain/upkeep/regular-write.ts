import type { Clock } from '#domain/time/clock.ts'

/** A disk that takes longer than this for a small write is about to fail its doors. */
export const SLOW_WRITE_MS = 5_000

/** `durationMs`: how long the present write has been under way. */
export type DiskVerdict = { readonly kind: 'good' | 'failed' } | { readonly kind: 'slow'; readonly durationMs: number }

/** The write that a site does regularly, whatever else happens, as a sign of its disk. */
export class RegularWrite {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #hasFailed = false
  #beganMonotonicMs: number | null = null

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  get isUnderWay(): boolean {
    return this.#beganMonotonicMs !== null
  }

  /** Rejects as the write does. */
  async run(write: () => Promise<void>): Promise<void> {
    this.#beganMonotonicMs = this.#clock.monotonicMs()
    try {
      await write()
      this.#hasFailed = false
    } catch (error) {
      this.#hasFailed = true
      throw error
    } finally {
      this.#beganMonotonicMs = null
    }
  }

  /** `failed`: the last write that ended failed. `slow`: the present one takes too long. `good`: neither. */
  verdict(): DiskVerdict {
    if (this.#hasFailed) return { kind: 'failed' }
    const durationMs = this.#beganMonotonicMs === null ? 0 : this.#clock.monotonicMs() - this.#beganMonotonicMs
    return durationMs > SLOW_WRITE_MS ? { kind: 'slow', durationMs } : { kind: 'good' }
  }
}
