import type { Clock } from '#domain/time/clock.ts'

/** A longer absence is as good as any. */
const ABSENT_MAX_MS = 30 * 86_400_000

/**
 * Time that never goes back, through all processes on one store: elapsed while one runs, by the wall clock between two. A
 * wall clock that is set while the gateway runs changes nothing; one that was set back between two makes waits longer.
 */
export class DeskTime {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** What to add to the monotonic clock. */
  readonly #aheadMs: number

  /** @param kept what the former process stored of both clocks; null for the first */
  constructor(
    clock: Pick<Clock, 'monotonicMs' | 'nowMs'>,
    kept: { readonly deskMs: number; readonly wallMs: number } | null,
  ) {
    this.#clock = clock
    const absentMs = kept === null ? 0 : Math.min(ABSENT_MAX_MS, Math.max(0, clock.nowMs() - kept.wallMs))
    this.#aheadMs = (kept?.deskMs ?? 0) + absentMs - clock.monotonicMs()
  }

  nowMs(): number {
    return this.#clock.monotonicMs() + this.#aheadMs
  }
}
