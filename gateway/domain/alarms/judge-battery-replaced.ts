import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { LockEvent, NewEvent } from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { AlarmKind } from './alarm-kinds.ts'

export interface ReplaceBattery {
  readonly lockId: LockId
  readonly by: Principal
  readonly atMs: number
}

export type BatteryReplacedResult =
  | { readonly kind: 'battery-replaced'; readonly lock: Lock; readonly event: LockEvent }
  | { readonly kind: 'lock-not-found' | 'lock-retired' }

/** What a new battery ends. A refusal by the old one has happened, and ends by acknowledgement as every occurrence does. */
export const BATTERY_KINDS = ['battery-low', 'battery-critical'] as const satisfies readonly AlarmKind[]

export function judgeBatteryReplaced(
  { lockId, by, atMs }: ReplaceBattery,
  lock: Lock | null,
):
  | { readonly kind: 'lock-not-found' | 'lock-retired' }
  | { readonly kind: 'battery-replaced'; readonly event: NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  const chained = { replacedBy: principalLabel(by) }
  return { kind: 'battery-replaced', event: { lockId, type: 'BatteryReplaced', atMs, chained, plain: {} } }
}
