import type { Log, Store } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { EvenClock } from '#domain/time/even-clock.ts'

/** So often a full disk is looked for: readiness tells of one within 10 s, though nobody opens a door. */
export const REGULAR_WRITE_EVERY_MS = 8_000
/** A disk that takes longer than this for a small write is about to fail its doors. */
export const SLOW_WRITE_MS = 5_000

/** `durationMs`: how long the present write has been under way. */
export type DiskVerdict = { readonly kind: 'good' | 'failed' } | { readonly kind: 'slow'; readonly durationMs: number }

/** The write that a site does regularly, whatever else happens, as a sign of its disk. */
export class RegularWrite {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #hasFailed = false
  #succeededMonotonicMs: number | null = null
  #beganMonotonicMs: number | null = null

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  get isUnderWay(): boolean {
    return this.#beganMonotonicMs !== null
  }

  /** Since the last write that is on the disk; Infinity before the first. */
  get sinceSuccessMs(): number {
    return this.#succeededMonotonicMs === null ? Infinity : this.#clock.monotonicMs() - this.#succeededMonotonicMs
  }

  /** Rejects as the write does. */
  async run(write: () => Promise<void>): Promise<void> {
    this.#beganMonotonicMs = this.#clock.monotonicMs()
    try {
      await write()
      this.#hasFailed = false
      this.#succeededMonotonicMs = this.#clock.monotonicMs()
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

interface RegularWriteDeps {
  readonly store: Pick<Store, 'keepTime' | 'lastStoredMs'>
  readonly regularWrite: RegularWrite
  readonly clock: Clock
  readonly log: Log
}

/** Keeps the time in the store again and again, and tells the log when that begins to fail and when it ends. The answer ends it. */
export function startRegularWrites({ store, regularWrite, clock, log }: RegularWriteDeps): () => void {
  let isFailing = false
  const even = new EvenClock(clock)
  let stop = clock.startTimer(REGULAR_WRITE_EVERY_MS, again)
  return () => stop()

  function again(): void {
    // A disk that hangs is not asked for more.
    if (!regularWrite.isUnderWay) void write()
    stop = clock.startTimer(REGULAR_WRITE_EVERY_MS, again)
  }

  async function write(): Promise<void> {
    try {
      // What was stored already, as long as the wall clock may be wrong: the write is what matters then.
      await regularWrite.run(() => store.keepTime({ atMs: even.evenNowMs() ?? store.lastStoredMs() }))
      if (isFailing) log.info({}, 'the store takes writes again')
      isFailing = false
    } catch (error) {
      if (!isFailing) {
        log.error(
          { cause: error instanceof Error ? error.message : String(error) },
          'the store takes no writes: no door opens until it does (is the disk full or failing?)',
        )
      }
      isFailing = true
    }
  }
}
