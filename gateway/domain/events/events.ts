import type { LockId } from '#protocol/ids.ts'

/** Events of one lock, as UPSTREAM clients know them and our own. Their versions have no gap. */
export const LOCK_EVENT_TYPES = [
  'LockCreated',
  'LockUpdated',
  'LockKeySet',
  'LockPasswordSet',
  'LockRetired',
  'OwnerSet',
  'OrganizationSet',
  'TempKeyCreated',
  'TempKeyUpdated',
  'TempKeyDeleted',
  'TempKeysRevoked',
  'LockOpenRequested',
  'LockOpenJoined',
  'LockOpenNotSent',
  'LockOpened',
  'LockOpenRefused',
  'LockOpenUnconfirmed',
  'LockOpenNotExecuted',
  'OpeningCharged',
  'OpeningReleased',
  'TempKeyUsed',
  'AccessDenied',
  'AckOrphaned',
  'ClockConfirmed',
  'BatteryReplaced',
  'AlarmRaised',
  'AlarmCleared',
  'AlarmAcknowledged',
  'AlarmsMuted',
  'AlarmsUnmuted',
] as const
export type LockEventType = (typeof LOCK_EVENT_TYPES)[number]

export type EventValue = string | number | boolean | null | readonly string[] | { readonly [name: string]: EventValue }
export type EventData = { readonly [name: string]: EventValue }

/** A member that has to be text; null when it is missing or anything else. */
export const textIn = (data: EventData, name: string): string | null => {
  const value: EventValue | undefined = data[name]
  return typeof value === 'string' ? value : null
}
export const numberIn = (data: EventData, name: string): number | null => {
  const value: EventValue | undefined = data[name]
  return typeof value === 'number' ? value : null
}

/** What happened to one lock, before it has its place in the log. */
export interface NewEvent {
  readonly lockId: LockId
  readonly type: LockEventType
  readonly atMs: number
  /** What may be shown and hash-chained: names a key by `keyRef` (SHA-256), never by its UUID. */
  readonly chained: EventData
  /** What only those may see who may see the key itself. */
  readonly plain: EventData
}

/** An event in its place: `seq` is the order of commits over all locks, `version` has no gap within one lock. */
export interface LockEvent extends NewEvent {
  readonly seq: number
  readonly version: number
}
