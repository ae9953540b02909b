import type { Clock } from '#domain/time/clock.ts'
import { type Arrived, type OpeningLimits, sendableUntilMs } from './opening-limits.ts'

/** How long something may still be sent for a request, in ms; 0 or less when it is too late. */
export const sendableMs = (
  request: Arrived,
  { clock, limits }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly limits: OpeningLimits },
): number => sendableUntilMs(request, limits) - clock.monotonicMs()
