import { SLOWEST_CRYSTAL } from '#domain/opening-limits.ts'

/**
 * A lower bound of a lock's uptime, from what it signed and how long ago that came. A lock's crystal may be 5 % slow, a
 * message may have been delayed: both only make the bound lower, and a deadline built on it earlier.
 */

/** The bound as a line: uptime in seconds = `anchorS` + 0.95 × monotonic seconds. */
export const anchorOf = (uptimeS: number, arrivedMonotonicMs: number): number =>
  uptimeS - (SLOWEST_CRYSTAL * arrivedMonotonicMs) / 1_000

export const uptimeAt = (anchorS: number, monotonicMs: number): number =>
  anchorS + (SLOWEST_CRYSTAL * monotonicMs) / 1_000
