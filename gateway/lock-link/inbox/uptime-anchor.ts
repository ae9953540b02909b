import { FASTEST_CRYSTAL, SLOWEST_CRYSTAL } from '#protocol/limits.ts'

/**
 * Bounds of a lock's uptime, from what it signed and when that was asked for and came. Each is a line: uptime in seconds =
 * its anchor + slope × monotonic seconds.
 *
 * The lower one is what deadlines are built on. A lock's crystal may be 5 % slow, a message may have been delayed: both only
 * make the bound lower, and a deadline earlier.
 */
export const lowerAnchorOf = (uptimeS: number, arrivedMonotonicMs: number): number =>
  uptimeS - (SLOWEST_CRYSTAL * arrivedMonotonicMs) / 1_000

export const lowerUptimeAt = (anchorS: number, monotonicMs: number): number =>
  anchorS + (SLOWEST_CRYSTAL * monotonicMs) / 1_000

/** The lock rounds down to whole seconds, and no two clocks agree to the last moment. */
const ROUNDED_S = 2

/**
 * The upper one tells whether our own time went on. When the question left, its answer was not yet signed: since then the
 * lock counted at most 1.05 seconds in one of ours. A lock that has counted more was awake while this machine was not, and
 * no clock of ours shows that (a virtual machine that its host paused).
 */
export const upperAnchorOf = (uptimeS: number, askedMonotonicMs: number): number =>
  uptimeS + ROUNDED_S - (FASTEST_CRYSTAL * askedMonotonicMs) / 1_000

export const upperUptimeAt = (anchorS: number, monotonicMs: number): number =>
  anchorS + (FASTEST_CRYSTAL * monotonicMs) / 1_000
