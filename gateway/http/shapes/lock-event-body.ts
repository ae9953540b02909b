import { z } from 'zod'
import {
  type EventData,
  type EventValue,
  LOCK_EVENT_TYPES,
  type LockEvent,
  type LockEventType,
} from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { withoutPeople } from './personal-members.ts'

/** Events in the shapes that clients of the vendor's API know; those that are ours alone are told as they are stored. */

type Named = Pick<Lock, 'lockId' | 'uuid' | 'organization'>

export const isoInstant = z.iso.datetime({ precision: 3 })

export const lockEventAnswer = z.strictObject({
  aggregateType: z.literal('lock'),
  aggregateId: z.string(),
  version: z.int(),
  type: z.enum(LOCK_EVENT_TYPES),
  timestamp: isoInstant,
  orgId: z.string(),
  event: z.record(z.string(), z.unknown()),
})

/** The one way in which an event leaves the gateway. @param seesKeys a key's UUID opens its door: whoever may not read keys sees its `keyRef` instead, and no person */
export const lockEventBody = (event: LockEvent, lock: Named, seesKeys: boolean) => ({
  aggregateType: 'lock',
  aggregateId: String(lock.lockId),
  version: event.version,
  type: event.type,
  timestamp: iso(event.atMs),
  orgId: lock.organization ?? '',
  event: eventData(event, lock, seesKeys),
})

export function eventData(event: LockEvent, lock: Named, seesKeys: boolean): EventData {
  const { keyRef = null, ...chained } = event.chained
  const { tempKeyUuid = null, userId = null, ...plain } = event.plain
  const key = seesKeys && tempKeyUuid !== null ? { tempKeyUuid } : { keyRef }
  const facts: Facts = {
    key: withoutNulls(key),
    user: withoutNulls({ userId }),
    chained,
    plain,
    lock: { lockId: lock.lockId, lockUuid: lock.uuid },
  }
  const told = { ...(SHAPES[event.type] ?? asStored)(facts), timestamp: iso(event.atMs) }
  return seesKeys ? told : withoutPeople(event.type, told)
}

interface Facts {
  readonly key: EventData
  readonly user: EventData
  readonly chained: EventData
  readonly plain: EventData
  readonly lock: { readonly lockId: number; readonly lockUuid: string }
}

const asStored = ({ key, user, chained, lock }: Facts): EventData => ({
  ...key,
  ...lock,
  ...user,
  ...withoutNulls(chained),
})

/** Where the vendor's event calls the lock's UUID `uuid`. */
const lockItself = ({ lock }: Facts) => ({ lockId: lock.lockId, uuid: lock.lockUuid })

const SHAPES: Partial<Record<LockEventType, (facts: Facts) => EventData>> = {
  LockCreated: (facts) => {
    const { index = null, serialNumber = null, vendorName = null } = membersOf(facts.chained.vendor)
    return {
      ...lockItself(facts),
      ...withoutNulls({ index, serialNumber, vendorName, ownerId: facts.chained.owner ?? null }),
      keys: [],
    }
  },
  OwnerSet: (facts) => ({ ...lockItself(facts), userId: membersOf(facts.chained.changes).owner ?? null }),
  OrganizationSet: (facts) => ({ ...lockItself(facts), orgId: membersOf(facts.chained.changes).organization ?? null }),
  LockOpenRequested: (facts) => {
    const { reason = null, requestId = null, test = null } = facts.plain
    return { ...lockItself(facts), ...withoutNulls({ reason, requestId, test }) }
  },
  TempKeyCreated: ({ key, lock, chained, plain }) => ({
    ...key,
    ...lock,
    ...times(chained),
    ...withoutNulls({ accessMode: chained.accessMode ?? null, maxUses: chained.maxUses ?? null }),
    ...withoutNulls({ allowedUserIds: plain.allowedUserIds ?? null }),
    createdBy: chained.createdBy ?? null,
  }),
  TempKeyUpdated: ({ key, lock, chained, plain }) => {
    const { validFromMs: _, validUntilMs: __, ...changes } = membersOf(chained.changes)
    const users = withoutNulls({ allowedUserIds: plain.allowedUserIds ?? null })
    return {
      ...key,
      ...lock,
      changes: { ...times(membersOf(chained.changes)), ...changes, ...users },
      updatedBy: chained.updatedBy ?? null,
    }
  },
  TempKeyUsed: ({ key, lock, user, chained }) => ({ ...key, ...lock, ...user, usedCount: chained.usedCount ?? null }),
}

const iso = (atMs: number): string => new Date(atMs).toISOString()

/** `validFrom` and `validUntil` of what is stored in milliseconds; absent ones stay absent. */
const times = ({ validFromMs, validUntilMs }: EventData): EventData => ({
  ...(typeof validFromMs === 'number' && { validFrom: iso(validFromMs) }),
  ...(typeof validUntilMs === 'number' && { validUntil: iso(validUntilMs) }),
})

const withoutNulls = (data: EventData): EventData =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null))

const isMembers = (value: EventValue | undefined): value is EventData =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const membersOf = (value: EventValue | undefined): EventData => (isMembers(value) ? value : {})
