import type { EventData, EventValue, LockEventType } from '#domain/events/events.ts'

/**
 * How a member of an event is shown to callers who may not see people. `told`: as it is. `principal`: `user:ada` as
 * `user`, others as they are. `person` (a user's id, a list of them, a key's UUID, or free text): left out. `changed`
 * (a new owner's id): as `user`. `written` (changed free text): as `changed`. Nested members have their own table.
 */
type Member = 'told' | 'principal' | 'person' | 'changed' | 'written' | Members
interface Members {
  readonly [name: string]: Member
}

const OF_LOCK: Members = { lockId: 'told', timestamp: 'told' }
const OF_OURS: Members = { ...OF_LOCK, lockUuid: 'told' }
const OF_VENDORS: Members = { ...OF_LOCK, uuid: 'told' }
const OF_KEY: Members = { ...OF_OURS, keyRef: 'told', tempKeyUuid: 'person' }
const OF_OPENING: Members = { ...OF_KEY, openingId: 'told', userId: 'person' }
const OF_ACK: Members = {
  ...{ ackHash: 'told', commandHash: 'told', commandId: 'told', keyGeneration: 'told', journalSeq: 'told' },
  ...{ result: 'told', reason: 'told' },
}
const SIGNED: Members = { ...OF_OPENING, ...OF_ACK, corrected: 'told' }
// The operator's own words. That an opening was charged by its age, `by` tells.
const DECIDED: Members = { ...OF_OPENING, reason: 'person', by: 'principal' }
const WINDOW: Members = { validFrom: 'told', validUntil: 'told', accessMode: 'told', maxUses: 'told' }
const HOLDER: Members = { organization: 'told', owner: 'changed' }

/** Every member of every event that is told. A type without its members does not compile. */
export const PERSONAL_MEMBERS: Readonly<Record<LockEventType, Members>> = {
  LockCreated: {
    ...OF_VENDORS,
    // What stands on the lock itself: who makes it, and its number.
    ...{ index: 'told', vendorName: 'told', serialNumber: 'told', keys: 'told', ownerId: 'person' },
  },
  LockUpdated: {
    ...OF_OURS,
    // Many a door is called after who lives behind it.
    changes: {
      ...{ name: 'written', area: 'written', directions: 'written', picture: 'told' },
      ...{ pulseS: 'told', offlineAfterMin: 'told', organization: 'told', owner: 'changed' },
    },
    updatedBy: 'principal',
  },
  LockKeySet: {
    ...OF_OURS,
    ...{ publicKeyPem: 'told', keyMadeBy: 'told', keyGeneration: 'told' },
    ...{ updatedBy: 'principal', takenOverFrom: 'principal' },
    ...{ formerHolder: HOLDER, newHolder: HOLDER, keysRevoked: 'told' },
  },
  LockPasswordSet: { ...OF_OURS, updatedBy: 'principal' },
  LockRetired: { ...OF_OURS, keysRevoked: 'told', retiredBy: 'principal' },
  OwnerSet: { ...OF_VENDORS, userId: 'person' },
  OrganizationSet: { ...OF_VENDORS, orgId: 'told' },
  TempKeyCreated: { ...OF_KEY, ...WINDOW, allowedUserIds: 'person', createdBy: 'principal' },
  TempKeyUpdated: { ...OF_KEY, changes: { ...WINDOW, allowedUserIds: 'person' }, updatedBy: 'principal' },
  TempKeyDeleted: { ...OF_KEY, deletedBy: 'principal' },
  TempKeysRevoked: { ...OF_OURS, count: 'told', revokedBy: 'principal' },
  LockOpenRequested: { ...OF_VENDORS, reason: 'person', requestId: 'person' },
  LockOpenJoined: { ...OF_OPENING, principal: 'principal' },
  LockOpenNotSent: { ...OF_OPENING, reason: 'told' },
  LockOpened: SIGNED,
  LockOpenRefused: SIGNED,
  LockOpenUnconfirmed: SIGNED,
  LockOpenNotExecuted: SIGNED,
  OpeningCharged: DECIDED,
  OpeningReleased: DECIDED,
  TempKeyUsed: { ...OF_OPENING, usedCount: 'told', maxUses: 'told' },
  AccessDenied: { ...OF_KEY, reason: 'told', count: 'told', principal: 'principal', userId: 'person' },
  AckOrphaned: { ...OF_OPENING, ...OF_ACK },
  ClockConfirmed: { ...OF_OURS, lastStoredMs: 'told', confirmedBy: 'principal' },
  BatteryReplaced: { ...OF_OURS, replacedBy: 'principal' },
  AlarmRaised: { ...OF_OURS, alarm: 'told', alarmId: 'told', severity: 'told' },
  AlarmCleared: { ...OF_OURS, alarm: 'told', alarmId: 'told' },
  AlarmAcknowledged: {
    ...OF_OURS,
    ...{ alarm: 'told', alarmId: 'told', acknowledgedBy: 'principal', name: 'person', word: 'person' },
  },
  AlarmsMuted: { ...OF_OURS, until: 'told', mutedBy: 'principal' },
  AlarmsUnmuted: { ...OF_OURS, unmutedBy: 'principal' },
}

/** An event for whoever may not see whose the keys are. What its table does not name is not told. */
export const withoutPeople = (type: LockEventType, data: EventData): EventData => told(PERSONAL_MEMBERS[type], data)

function told(members: Members, data: EventData): EventData {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      const member = Object.hasOwn(members, name) ? members[name] : undefined
      const shown = member === undefined ? undefined : shownOf(member, value)
      return shown === undefined ? [] : [[name, shown]]
    }),
  )
}

function shownOf(member: Member, value: EventValue): EventValue | undefined {
  switch (member) {
    case 'told':
      return value
    case 'principal':
      return typeof value === 'string' && value.startsWith('user:') ? 'user' : value
    case 'person':
      return undefined
    case 'changed':
      // That there is another owner is no secret, nor that there is none any more.
      return value === null ? null : 'user'
    case 'written':
      return value === null ? null : 'changed'
    default:
      return isMembers(value) ? told(member, value) : undefined
  }
}

const isMembers = (value: EventValue): value is EventData =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
