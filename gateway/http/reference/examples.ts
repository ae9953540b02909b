import { isWell, warns } from '#domain/upkeep/readiness.ts'

/**
 * One working example of everything that a request or a success can hold, as the reference shows it. A test sends each
 * request, and holds each answer to its schema.
 */

export const EXAMPLE_KEY = '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'
const STAFF_ID = '5f1c2a9b7e3d4c60'
const OPENING = 'aaENngMOBnr6p8LcQdRttw'
const LOCK_UUID = '0b9d2a64-2f0a-4c0e-9a3e-1f2d3c4b5a69'
const FROM = '2026-11-24T12:00:00Z'
const UNTIL = '2026-11-25T10:00:00Z'
const AT = '2026-11-24T12:30:00.000Z'

/** By name; a parameter of the same name means the same everywhere. */
export const PARAMETERS: Readonly<Record<string, string | number>> = {
  id: '17',
  uuid: EXAMPLE_KEY,
  staffId: STAFF_ID,
  openingId: OPENING,
  opening: OPENING,
  limit: '50',
  page: '1',
  status: 'valid',
  include: 'revoked',
  online: 'true',
  retired: 'false',
  past: 'false',
  area: 'ground floor',
  name: 'door',
  cursor: '17',
  after: 'MTo0Mg',
  match: 'Ada',
  state: 'valid',
  user: 'ada',
  order: 'newest',
  door: 'Door',
  key: 'Ada',
  person: 'Ada',
  result: 'opened,refused',
  kind: 'opening',
  steps: 'false',
  since: FROM,
  until: UNTIL,
  before: 'Mjo0MjoxMA',
  newerThan: 'Mjo0Mjow',
  format: 'json',
  'idempotency-key': 'tap-4711',
}

const opening = {
  openingId: OPENING,
  lockId: 17,
  state: 'opened',
  final: true,
  reason: null,
  startedAt: AT,
  settledAt: '2026-11-24T12:30:00.240Z',
  usedCount: 1,
  maxUses: 3,
}
const command = (type: string, data: object, more: object = {}) => ({
  success: true,
  aggregateId: '17',
  version: 42,
  event: { type, data: { lockId: 17, ...data, timestamp: AT } },
  ...more,
})
const staffMember = {
  ...{ staffId: STAFF_ID, name: 'Tilda Berg', role: 'technician', until: '2027-02-22T12:30:00.000Z', hasEnded: false },
  ...{ createdAt: AT, createdBy: 'organization:acme', lastUsedAt: null },
}
const madeCode = {
  ...{ staff: staffMember, code: '7H3K-9QXW-2M4T-VB8C', certificateSha256: null },
  link: 'https://keys.example.org/console/sign-in#code=7H3K-9QXW-2M4T-VB8C',
}
const aboutKey = { tempKeyUuid: EXAMPLE_KEY, lockUuid: LOCK_UUID }
const window = { validFrom: '2026-11-24T12:00:00.000Z', validUntil: '2026-11-25T10:00:00.000Z' }
const deleted = command('TempKeyDeleted', { ...aboutKey, deletedBy: 'organization:acme' }, { tempKeyUuid: EXAMPLE_KEY })
const event = {
  aggregateType: 'lock',
  aggregateId: '17',
  version: 42,
  type: 'LockOpenRequested',
  timestamp: AT,
  orgId: 'acme',
  event: { lockId: 17, uuid: LOCK_UUID, timestamp: AT },
}

interface Example {
  readonly body?: unknown
  /** Of the success. */
  readonly answer?: unknown
}

const shownKey = {
  ...{ uuid: EXAMPLE_KEY, lockId: 17, lockName: 'Front Door', accessMode: 'public', status: 'valid', ...window },
  ...{ maxUses: 3, usedCount: 1, heldCount: 0, lockOnline: true, latestOpening: opening },
}
const basicInfo = { id: '17', lockId: 17, uuid: LOCK_UUID, version: 42, r2Prefix: '' }
const listedLock = {
  ...{
    lockId: 17,
    uuid: LOCK_UUID,
    name: 'Front Door',
    area: 'ground floor',
    pulseS: 5,
    offlineAfterMin: null,
    organization: 'acme',
  },
  ...{
    directions: 'Second yard, then left',
    owner: null,
    keyMadeBy: 'lock',
    keyGeneration: 1,
    version: 42,
    createdAt: AT,
    retiredAt: null,
    online: true,
    offlineCause: null,
    lastSeen: AT,
  },
  ...{ door: 'closed', batteryPercent: 88, lastOpening: opening },
}
const alarm = {
  ...{ alarmId: 12, kind: 'lock-offline', nature: 'condition', severity: 'warning', lockId: 17 },
  ...{
    lockName: 'Front Door',
    area: 'ground floor',
    since: AT,
    raisedAt: AT,
    lastSeen: AT,
    clearedAt: null,
    count: 1,
    about: null,
  },
  consequence: 'No key opens this door until the lock is back.',
  advice: 'Go to the door: has its lock power (battery, plug, fuse), and does the network reach it there?',
  end: 'The lock has been online for 2 minutes.',
  acknowledged: { at: AT, name: 'Ada', word: 'on my way' },
  mutedUntil: null,
}
const mute = { scope: 'lock', lockId: 17, area: null, since: AT, until: AT, mutedBy: 'staff:Ada' }
const listedKey = {
  ...{ uuid: EXAMPLE_KEY, lockId: 17, lockUuid: LOCK_UUID, accessMode: 'public', allowedUserIds: [], ...window },
  ...{ maxUses: 3, usedCount: 1, heldCount: 0, description: 'Room 12', createdAt: AT },
  ...{ createdBy: 'organization:acme', status: 'valid' },
}

/** By operationId. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  openTempKey: { answer: { openingId: OPENING, lockId: 17, status: 'opened', usedCount: 1, maxUses: 3 } },
  getTempKey: { answer: shownKey },
  followToTempKey: { answer: shownKey },
  getOpening: { answer: opening },
  openLock: {
    body: { requestId: 'desk-1207', reason: 'guest without a phone' },
    answer: command('LockOpenRequested', { uuid: LOCK_UUID }, { openingId: OPENING, lockId: 17 }),
  },
  createTempKey: {
    body: {
      ...{ tempKeyUuid: EXAMPLE_KEY, accessMode: 'public', validFrom: FROM, validUntil: UNTIL, maxUses: 3 },
      description: 'Room 12',
    },
    answer: command(
      'TempKeyCreated',
      { ...aboutKey, accessMode: 'public', ...window, maxUses: 3, createdBy: 'organization:acme' },
      { tempKeyUuid: EXAMPLE_KEY },
    ),
  },
  updateTempKey: {
    body: { tempKeyUuid: EXAMPLE_KEY, validUntil: '2026-11-26T10:00:00Z' },
    answer: command(
      'TempKeyUpdated',
      { ...aboutKey, changes: { validUntil: '2026-11-26T10:00:00.000Z' }, updatedBy: 'organization:acme' },
      { tempKeyUuid: EXAMPLE_KEY },
    ),
  },
  deleteTempKey: { body: { tempKeyUuid: EXAMPLE_KEY }, answer: deleted },
  revokeTempKey: { answer: deleted },
  listTempKeys: { answer: { tempKeys: [listedKey], nextCursor: null } },
  findTempKeys: {
    answer: {
      tempKeys: [
        {
          ...listedKey,
          lockName: 'Side entrance',
          area: null,
          nextChange: { at: '2026-11-25T10:00:00.000Z', to: 'expired' },
        },
      ],
      nextCursor: null,
    },
  },
  revokeTempKeys: {
    body: { tempKeyUuids: [EXAMPLE_KEY] },
    answer: { revoked: [EXAMPLE_KEY], alreadyRevoked: [] },
  },
  listLocks: { answer: { locks: [listedLock], nextCursor: null } },
  getLockDetails: {
    answer: { ...basicInfo, keys: [], residents: [], orgId: 'acme', timestamp: AT, organizationId: 'acme' },
  },
  getLockBasicInfo: { answer: basicInfo },
  createLock: {
    body: { index: 4, uuid: LOCK_UUID, serialNumber: 'SN-0042', vendorName: 'Acme Locks', ownerId: 'ada' },
    answer: command('LockCreated', { uuid: LOCK_UUID }),
  },
  setLockOwner: {
    body: { userId: 'ada', revokeKeys: true },
    answer: command('OwnerSet', { userId: 'ada' }, { keysStillGood: 0, keysRevoked: 3 }),
  },
  setLockOrganization: {
    body: { orgId: 'acme' },
    answer: command('OrganizationSet', { orgId: 'acme' }, { keysStillGood: 3, keysRevoked: 0 }),
  },
  listLockEvents: {
    answer: { aggregateId: '17', totalEvents: 42, page: 5, pageSize: 10, totalPages: 5, events: [event] },
  },
  listAlarms: { answer: { alarms: [alarm], nextCursor: null } },
  acknowledgeAlarm: { body: { name: 'Ada', word: 'on my way' }, answer: { alarm } },
  listMutes: { answer: { mutes: [mute] } },
  muteAlarms: { body: { lockId: 17, forS: 7_200 }, answer: { mute } },
  unmuteAlarms: { body: { lockId: 17 }, answer: { ended: [mute] } },
  listStaff: { answer: { staff: [staffMember] } },
  addStaff: { body: { name: 'Tilda Berg', role: 'technician', until: '2027-02-22T12:30:00Z' }, answer: madeCode },
  changeStaff: { body: { role: 'manager' }, answer: { staff: { ...staffMember, role: 'manager' } } },
  renewStaffCode: { answer: madeCode },
  removeStaff: { answer: { staff: staffMember } },
  listStaffEvents: {
    answer: {
      ...{ nextCursor: null },
      events: [
        { at: AT, staffId: STAFF_ID, name: 'Tilda Berg', what: 'added', detail: 'technician', by: 'organization:acme' },
      ],
    },
  },
  readEvents: { answer: { events: [event], nextCursor: 'MTo0Mg', more: false } },
  beginSession: {
    body: { token: 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl', state: 'from-the-sign-in-link' },
    answer: { handle: 'shown-once', state: 'from-the-sign-in-link', finish: '/session/finish' },
  },
  finishSession: {
    body: { handle: 'shown-once', state: 'from-the-sign-in-link' },
    answer: { userId: 'ada', maxAgeS: 3_600 },
  },
  endSession: { body: { key: EXAMPLE_KEY }, answer: { signedIn: false } },
  getHealth: { answer: { status: 'ok', version: '0.1.0' } },
  getReadiness: {
    answer: {
      status: 'ready',
      checks: {
        store: isWell('The store takes reads and writes.'),
        locks: warns({
          ...{ severity: 'warning', reason: 'some-offline', message: '39 of 40 locks are online.' },
          advice: 'lock list names them, lock show tells why each counts as offline.',
          facts: { online: 39, offline: 1, neverCame: 0, withoutKey: 0 },
        }),
      },
    },
  },
}
