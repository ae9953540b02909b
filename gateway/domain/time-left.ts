import type { Clock } from './clock.ts'
import type { OpeningLimits } from './opening-limits.ts'

/** How long something may still be sent for a request, in ms; 0 or less when it is too late. */
export const sendableMs = (
  { arrivedMonotonicMs }: { readonly arrivedMonotonicMs: number },
  { clock, limits }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly limits: OpeningLimits },
): number => arrivedMonotonicMs + limits.deadlineMs - limits.sendMarginMs - clock.monotonicMs()
