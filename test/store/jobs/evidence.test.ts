import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { LockEvent } from '#domain/events/events.ts'
import type { Store } from '#domain/ports.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  newCommand,
  reserved,
  T0,
  userId,
} from '#test/store/support/store-site.ts'

const owner = { kind: 'owner' } as const
const ada = { kind: 'user', userId: userId('ada') } as const
const keyRef = keyRefOf(keyUuid(1))

/** What was written of lock 1 since its key was made, without what every event of an opening has. */
async function told(store: Store): Promise<readonly Pick<LockEvent, 'type' | 'chained' | 'plain'>[]> {
  const events = await store.eventsOf(lockId(1), { afterVersion: 2, limit: 99 })
  return events.map(({ type, chained, plain }) => ({ type, chained, plain }))
}

describe('what becomes of an opening is an event that says what, why and who', () => {
  test('opened, with the use that it spent', async () => {
    const { store } = await storeSite()
    await makeDoor(store, 1, { maxUses: 3 })
    const { command, opening } = await reserved(store, 1)
    const ack = newAck(command, 'opened')
    await store.settle({ ack, atMs: T0 })
    const events = await told(store)
    expect(events.map(({ type }) => type)).toEqual(['LockOpenRequested', 'LockOpened', 'TempKeyUsed'])
    const of = { openingId: opening.openingId, keyRef }
    expect(events[0]).toMatchObject({ chained: of, plain: { tempKeyUuid: keyUuid(1) } })
    expect(events[1]).toMatchObject({
      chained: { ...of, commandId: command.commandId, commandHash: command.commandHash, result: 'opened' },
    })
    expect(events[2]).toMatchObject({ chained: { ...of, usedCount: 1, maxUses: 3 } })
  })

  test('not sent, and joined by somebody else before', async () => {
    const { store } = await storeSite()
    await makeDoor(store, 1)
    const { opening } = await reserved(store, 1)
    const joining = { openingId: opening.openingId, principal: ada, idempotency: null, atMs: T0 }
    await store.recordJoin({ ...joining, isEvent: true })
    // In a flood of taps only their requests are remembered.
    await store.recordJoin({ ...joining, isEvent: false })
    expect(await store.markNotSent({ openingId: opening.openingId, reason: 'lock-offline', atMs: T0 })).toMatchObject({
      ...{ state: 'not-sent', reason: 'lock-offline', corrected: false },
    })
    expect((await told(store)).slice(1)).toMatchObject([
      {
        type: 'LockOpenJoined',
        chained: { openingId: opening.openingId, principal: 'user:ada' },
        plain: { userId: 'ada' },
      },
      { type: 'LockOpenNotSent', chained: { openingId: opening.openingId, reason: 'lock-offline' } },
    ])
  })

  test.each([
    ['charged', 'OpeningCharged', ['TempKeyUsed']],
    ['released', 'OpeningReleased', []],
  ] as const)('unconfirmed, then %s by an operator', async (state, type, further) => {
    const { store } = await storeSite()
    await makeDoor(store, 1)
    const { openingId } = (await reserved(store, 1)).opening
    expect(await store.markUnconfirmed({ openingId, reason: 'silent', atMs: T0 })).toMatchObject({ corrected: false })
    const decided = await store.decide({ openingId, state, reason: 'seen at the door', by: owner, atMs: T0 })
    expect(decided).toMatchObject({ state, reason: 'seen at the door', corrected: false })
    const events = (await told(store)).slice(1)
    expect(events.map((event) => event.type)).toEqual(['LockOpenUnconfirmed', type, ...further])
    expect(events[0]).toMatchObject({ chained: { openingId, reason: 'silent' } })
    expect(events[1]).toMatchObject({ chained: { openingId, reason: 'seen at the door', by: 'owner' } })
  })

  test('charged because nobody decided for a day: by its age, and by no person', async () => {
    const { store, alarms } = await storeSite()
    await makeDoor(store, 1)
    const { openingId } = (await reserved(store, 1)).opening
    await store.markUnconfirmed({ openingId, reason: 'silent', atMs: T0 })
    await store.chargeOld({ locks: 'all', startedBeforeMs: T0 + 1, atMs: T0 + 2 })
    expect((await told(store)).at(-2)).toMatchObject({
      type: 'OpeningCharged',
      chained: { openingId, reason: 'too-old', by: 'age' },
    })
    expect(await alarms.standingAlarms(9)).toMatchObject([
      { kind: 'opening-charged-by-age', lockId: 1, about: openingId },
    ])
  })

  test('and a denial, with how often and of whom', async () => {
    const { store } = await storeSite()
    await makeDoor(store, 1)
    const denial = {
      lockId: lockId(1),
      tempKeyUuid: keyUuid(1),
      reason: 'not-whitelisted',
      principal: ada,
      count: 7,
      atMs: T0,
    }
    await store.recordDenial(denial)
    expect(await told(store)).toEqual([
      {
        type: 'AccessDenied',
        chained: { keyRef, reason: 'not-whitelisted', principal: 'user:ada', count: 7 },
        plain: { userId: 'ada', tempKeyUuid: keyUuid(1) },
      },
    ])
  })
})

describe('a lock that says two things of one command', () => {
  test.each([
    ['opened', 'jammed', 'opened'],
    ['jammed', 'opened', 'opened'],
    ['refused', 'jammed', 'refused'],
    ['not-executed', 'opened', 'opened'],
  ] as const)('contradicts itself by %s and %s: an alarm, and opened alone is believed', async (one, other, state) => {
    const { store, alarms } = await storeSite()
    await makeDoor(store, 1)
    const { command } = await reserved(store, 1)
    await store.settle({ ack: newAck(command, one), atMs: T0 })
    await store.settle({ ack: newAck(command, other), atMs: T0 })
    expect((await store.findOpening(command.openingId))?.state).toBe(state)
    const alarm = { kind: 'lock-contradicts-itself', lockId: 1, count: 1 }
    expect((await alarms.standingAlarms(9)).filter(({ kind }) => kind === alarm.kind)).toMatchObject([alarm])
  })

  test.each([
    ['reset', 'opened'],
    ['reset', 'jammed'],
  ] as const)('does not by %s and %s: a movement may have begun before the reset', async (one, other) => {
    const { store, alarms } = await storeSite()
    await makeDoor(store, 1)
    const { command } = await reserved(store, 1)
    await store.settle({ ack: newAck(command, one), atMs: T0 })
    await store.settle({ ack: newAck(command, other), atMs: T0 })
    expect((await alarms.standingAlarms(9)).filter(({ kind }) => kind === 'lock-contradicts-itself')).toEqual([])
  })

  test('of the first command, while the second is in flight: the second still settles the opening', async () => {
    const { store } = await storeSite()
    await makeDoor(store, 1)
    const { opening, command } = await reserved(store, 1)
    const second = newCommand(opening.openingId, lockId(1), keyUuid(1))
    await store.resign({ ack: newAck(command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
    expect(await store.settle({ ack: newAck(command, 'jammed'), atMs: T0 })).toMatchObject({
      ...{ kind: 'evidence', opening: { state: 'reserved' } },
    })
    expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
    // The bolt may have moved by the first one: nothing that the second is refused for gives the use back.
    expect(
      (await store.settle({ ack: newAck(second, 'refused', { reason: 'privacy' }), atMs: T0 })).opening,
    ).toMatchObject({
      state: 'unconfirmed',
    })
    expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
  })
})

test('each stored ack says whether it settled its opening or is evidence beside it', async () => {
  const { store, dataDir } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  await store.settle({ ack: newAck(command, 'opened'), atMs: T0 })
  await store.settle({ ack: newAck(command, 'refused'), atMs: T0 })
  const database = new Database(join(dataDir, 'latchkey.db'), { readonly: true })
  const effects = database.prepare('SELECT result, effect FROM acks ORDER BY id').all()
  database.close()
  expect(effects).toEqual([
    { result: 'opened', effect: 'settled' },
    { result: 'refused', effect: 'evidence' },
  ])
})

test('an opening is signed again only by a command of its own, for its own lock', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  await makeDoor(store, 2)
  const [{ opening, command }, other] = [await reserved(store, 1), await reserved(store, 2)]
  const ack = newAck(command, 'refused', { reason: 'counter' })
  for (const foreign of [
    newCommand(other.opening.openingId, lockId(1), keyUuid(1)),
    newCommand(opening.openingId, lockId(2), keyUuid(1)),
  ]) {
    await expect(store.resign({ ack, command: foreign, atMs: T0 })).rejects.toThrow()
  }
  expect((await store.unansweredCommands(opening.openingId)).map(({ commandId }) => commandId)).toEqual([
    command.commandId,
  ])
})
