import type { Principal } from '#domain/access/principal.ts'
import type { ChangesOfTime, Log } from '#domain/ports.ts'
import { changeInTime } from './change-in-time.ts'
import type { Clock, ClockTrust } from './clock.ts'

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
