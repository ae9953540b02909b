import type { Clock, ClockTrust } from './clock.ts'

/**
 * The wall clock, but never before a time that is known to have been: by a clock that stands in the past, access that has
 * ended would be good again.
 */
export const neverBeforeMs = (clock: Pick<Clock, 'nowMs'>, trust: ClockTrust): number =>
  Math.max(clock.nowMs(), trust.lastStoredMs(), trust.releasedAtMs)
