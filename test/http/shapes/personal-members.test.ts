import { beforeAll, describe, expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import { type EventData, type EventValue, LOCK_EVENT_TYPES, type LockEvent } from '#domain/events/events.ts'
import { lockEventBody } from '#http/shapes/lock-event-body.ts'
import { PERSONAL_MEMBERS } from '#http/shapes/personal-members.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { acknowledgeAlarm, muteAlarms, raiseAlarm, replaceBattery, unmuteAlarms } from '#store/jobs/alarms.ts'
import { decide } from '#store/jobs/decide.ts'
import { markNotSent, markUnconfirmed } from '#store/jobs/end-opening.ts'
import { createLock, giveLockKey, reflashLock, retireLock, updateLock } from '#store/jobs/locks.ts'
import { recordDenial, recordJoin } from '#store/jobs/record.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { settle } from '#store/jobs/settle.ts'
import { createTempKey, revokeTempKey, updateTempKey } from '#store/jobs/temp-keys.ts'
import { confirmClock } from '#store/jobs/time.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import {
  keyUuid,
  lockId,
  newAck,
  newCommand,
  newKey,
  newLock,
  newReserve,
  T0,
  userId,
  valid,
} from '#test/store/support/store-site.ts'
import { org } from '#test/support/ids.ts'

const lock = { lockId: lockId(1), uuid: newLock(1).uuid, organization: org('acme') }
const owner = { kind: 'owner' } as const
/** Names that stand nowhere else. */
const PEOPLE = ['person-ann', 'person-bob', 'person-cy', 'person-di', 'person-ed', 'person-flo', 'person-gus'] as const
const [ann, bob, cy, di, ed, flo, gus] = PEOPLE
const user = (name: string): Principal => ({ kind: 'user', userId: userId(name) })

let events: readonly LockEvent[]

/** Makes every event that there is, as the gateway does, with people wherever people can stand. */
beforeAll(() => {
  const { tx, end } = directTransaction()
  createLock(tx, {
    lock: newLock(1, { owner: userId(ann), publicKeyPem: null, mqttPasswordHash: null }),
    by: user(ann),
    atMs: T0,
  })
  createTempKey(tx, { key: newKey(9), by: user(ann), atMs: T0 })
  const key = { publicKeyPem: 'PEM', keyMadeBy: 'lock', mqttPasswordHash: 'h', name: 'x', owner: userId(bob) } as const
  giveLockKey(tx, { lockId: lock.lockId, key, takeOver: true, by: owner, atMs: T0 })
  const reflash = { key: null, mqttPasswordHash: 'other', former: null }
  reflashLock(tx, { lockId: lock.lockId, reflash, by: user(bob), atMs: T0 })
  const change = { lockId: lock.lockId, by: user(bob), atMs: T0 }
  updateLock(tx, { ...change, changes: { organization: org('acme') }, how: { as: 'OrganizationSet' } })
  updateLock(tx, { ...change, changes: { owner: userId(cy) }, how: { as: 'OwnerSet' } })
  const by = user(cy)
  createTempKey(tx, {
    key: newKey(1, { accessMode: 'user-whitelist', allowedUserIds: [userId(di), userId(ed)], description: flo }),
    ...{ by, atMs: T0 },
  })
  updateTempKey(tx, {
    lockId: lock.lockId,
    uuid: keyUuid(1),
    changes: { allowedUserIds: [userId(di)], maxUses: 99 },
    by,
    atMs: T0,
  })
  const begin = () => {
    const asked = newReserve(lock.lockId, keyUuid(1), {
      principal: user(di),
      said: { reason: `for ${flo}`, requestId: `${flo}-1` },
    })
    expect(reserve(tx, asked)).toMatchObject({ kind: 'reserved' })
    return asked
  }
  const opened = begin()
  recordJoin(tx, { openingId: opened.openingId, principal: user(di), idempotency: null, isEvent: true, atMs: T0 })
  settle(tx, { ack: newAck(opened.command, 'opened'), atMs: T0 })
  settle(tx, { ack: newAck(begin().command, 'refused', { reason: 'lockdown' }), atMs: T0 })
  markNotSent(tx, { openingId: begin().openingId, reason: 'lock-offline', atMs: T0 })
  const silent = () => {
    const asked = begin()
    markUnconfirmed(tx, { openingId: asked.openingId, reason: 'silent', atMs: T0 })
    return asked
  }
  settle(tx, { ack: newAck(silent().command, 'not-executed'), atMs: T0 })
  for (const state of ['charged', 'released'] as const) {
    decide(tx, { openingId: silent().openingId, state, reason: `${gus} was seen inside`, by: user(ed), atMs: T0 })
  }
  settle(tx, { ack: newAck(newCommand(newOpeningId(), lock.lockId, keyUuid(1)), 'opened'), atMs: T0 })
  recordDenial(tx, {
    ...{ lockId: lock.lockId, tempKeyUuid: null, reason: 'not-owner' },
    principal: user(ed),
    count: 1,
    atMs: T0,
  })
  revokeTempKey(tx, { uuid: keyUuid(1), by, atMs: T0 })
  const called = { name: `${gus}, second floor`, area: `house of ${gus}` }
  updateLock(tx, { lockId: lock.lockId, changes: { owner: userId(ed), ...called }, by, atMs: T0 })
  confirmClock(tx, { lastStoredMs: T0, by: user(ed), atMs: T0 })
  const jam = valid(tx.standingAlarms(99).find(({ lockId }) => lockId === lock.lockId))
  acknowledgeAlarm(tx, { id: valid(jam.id), name: ed, word: `${gus} was told`, by: user(ed), atMs: T0 })
  const low = { kind: 'battery-low', lockId: lock.lockId, about: null, times: 1 } as const
  raiseAlarm(tx, { sighting: low, atMs: T0 })
  replaceBattery(tx, { lockId: lock.lockId, by: user(ed), atMs: T0 })
  const scope = { kind: 'lock', lockId: lock.lockId } as const
  muteAlarms(tx, { scope, untilMs: T0 + 3_600_000, by: user(ed), atMs: T0 })
  unmuteAlarms(tx, { scope, by: user(ed), atMs: T0 })
  retireLock(tx, { lockId: lock.lockId, by: user(ed), atMs: T0 })
  events = tx.eventsOf(lock.lockId, { afterVersion: 0, limit: 1_000 })
  end()
})

const told = (event: LockEvent, seesKeys: boolean): EventData => lockEventBody(event, lock, seesKeys).event

/** `changes.owner` and so on. */
const namesIn = (data: EventData, at = ''): string[] =>
  Object.entries(data).flatMap(([name, value]) => [
    `${at}${name}`,
    ...(isNested(value) ? namesIn(value, `${at}${name}.`) : []),
  ])
const isNested = (value: EventValue): value is EventData =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

describe('whoever reads events and may not see whose the keys are', () => {
  test('reads of no user, no key and no words that somebody wrote, in any event that there is', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(LOCK_EVENT_TYPES))
    const text = JSON.stringify(events.map((event) => told(event, false)))
    for (const secret of [...PEOPLE, keyUuid(1), keyUuid(9)]) expect(text).not.toContain(secret)
    const whole = JSON.stringify(events.map((event) => told(event, true)))
    for (const name of PEOPLE) expect(whole).toContain(name)
  })

  test('still reads that a lock changed hands or has another name, and what kind of caller it was', () => {
    const changed = events.filter(({ type }) => type === 'LockUpdated').map((event) => told(event, false))
    expect(changed.at(-1)).toMatchObject({
      changes: { owner: 'user', name: 'changed', area: 'changed' },
      updatedBy: 'user',
    })
    const taken = valid(events.find(({ type }) => type === 'LockKeySet'))
    const formerHolder = { organization: null, owner: ann }
    expect(told(taken, true)).toMatchObject({ formerHolder, newHolder: { ...formerHolder, owner: bob } })
    const asTold = { organization: null, owner: 'user' }
    expect(told(taken, false)).toMatchObject({ formerHolder: asTold, newHolder: asTold, takenOverFrom: 'user' })
    const given = valid(events.find(({ type }) => type === 'OwnerSet'))
    expect(told(given, false)).not.toHaveProperty('userId')
    expect(told(given, true)).toMatchObject({ userId: cy })
  })

  test('misses nothing by accident: every member that an event can have stands in the list', () => {
    for (const event of events) {
      const known = namesIn(JSON.parse(JSON.stringify(PERSONAL_MEMBERS[event.type])))
      const members = [...namesIn(told(event, true)), ...namesIn(told(event, false))]
      expect({ type: event.type, unlisted: members.filter((name) => !known.includes(name)) }).toEqual({
        type: event.type,
        unlisted: [],
      })
    }
  })

  test('is told nothing of a member that the list does not know', () => {
    const [event] = events
    const later: LockEvent = {
      ...valid(event),
      type: 'AckOrphaned',
      chained: { guest: flo, result: 'opened' },
      plain: {},
    }
    expect(told(later, false)).toMatchObject({ result: 'opened' })
    expect(told(later, false)).not.toHaveProperty('guest')
  })
})
