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

/** `behind`: before a time that was stored. Either the clock is wrong now, or it was ahead then; only a person can tell. */
export type ClockVerdict = 'trusted' | 'before-release' | 'behind'

/** Validity is judged by this clock: a clock that stands in the past would let yesterday's guest in. */
export function judgeClock(nowMs: number, trust: ClockTrust): ClockVerdict {
  if (nowMs < trust.releasedAtMs) return 'before-release'
  return nowMs < trust.lastStoredMs() - CLOCK_BEHIND_MAX_MS ? 'behind' : 'trusted'
}

export const isClockTrusted = (nowMs: number, trust: ClockTrust): boolean => judgeClock(nowMs, trust) === 'trusted'
