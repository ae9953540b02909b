import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { NewEvent } from '#domain/events/events.ts'
import type { ChangesOfTime, Log } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import { changeInTime } from './change-in-time.ts'
import type { Clock, ClockTrust } from './clock.ts'

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

/** A watch is read, a command is typed: more than this apart, somebody reads another time than the gateway has. */
const APART_MAX_MS = 2 * 60_000

export type ConfirmClockResult =
  | { readonly kind: 'confirmed' }
  /** The person reads another time: the appliance's clock has to be set first. */
  | { readonly kind: 'other-time'; readonly nowMs: number }
  | { readonly kind: 'before-release' }

/**
 * A person's word that the gateway's time is right. The time that the person reads from a watch has to be named: a habit
 * of confirming would confirm anything.
 */
export async function confirmClock(
  readMs: number,
  by: Principal,
  deps: {
    readonly store: Pick<ChangesOfTime, 'confirmClock'>
    readonly clock: Clock
    readonly clockTrust: ClockTrust
    readonly log: Log
  },
): Promise<ConfirmClockResult> {
  const { store, clock, clockTrust, log } = deps
  const nowMs = clock.nowMs()
  if (Math.abs(readMs - nowMs) > APART_MAX_MS) return { kind: 'other-time', nowMs }
  if (nowMs < clockTrust.releasedAtMs) return { kind: 'before-release' }
  const lastStoredMs = clockTrust.lastStoredMs()
  log.warn({ lastStoredMs, nowMs }, 'clock confirmed by a person')
  await changeInTime(store.confirmClock({ lastStoredMs, by, atMs: nowMs }), clock)
  return { kind: 'confirmed' }
}
