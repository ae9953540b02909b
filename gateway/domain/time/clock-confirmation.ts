import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { NewEvent } from '#domain/events/events.ts'
import type { LockId } from '#protocol/ids.ts'

export interface ConfirmClock {
  /** The largest time that was stored until now, right or wrong. */
  readonly lastStoredMs: number
  readonly by: Principal
  readonly atMs: number
}

/** Somebody vouches for the clock. Each lock's log says so: its times may go back from here on. */
export const clockConfirmedEvent = (lockId: LockId, { lastStoredMs, by, atMs }: ConfirmClock): NewEvent => ({
  ...{ lockId, type: 'ClockConfirmed', atMs },
  chained: { lastStoredMs, confirmedBy: principalLabel(by) },
  plain: {},
})
