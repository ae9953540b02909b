export interface Clock {
  /** UTC wall clock. May step in any direction. */
  nowMs(): number
  /** Elapsed time from an arbitrary zero; never steps. */
  monotonicMs(): number
  /** Calls once after `delayMs` of elapsed time; the answer cancels it. */
  startTimer(delayMs: number, run: () => void): () => void
}

/** The gateway's wall clock is not to be believed when it is more than this behind the last stored time. */
export const CLOCK_BEHIND_MAX_MS = 5 * 60_000

export interface ClockTrust {
  /** No copy of this program can have run before. */
  readonly releasedAtMs: number
  /** The largest time that the store has seen. */
  lastStoredMs(): number
}

/** Validity is judged by this clock: a clock that stands in the past would let yesterday's guest in. */
export const isClockTrusted = (nowMs: number, trust: ClockTrust): boolean =>
  nowMs >= trust.releasedAtMs && nowMs >= trust.lastStoredMs() - CLOCK_BEHIND_MAX_MS
