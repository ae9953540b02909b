import { expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  inconsistencies,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  newCommand,
  newKey,
  newReserve,
  OTHER_BOOT,
  reserved,
  T0,
  userId,
} from '#test/store/support/store-site.ts'

const owner = { kind: 'owner' } as const

test('holds a use from the reserve on, and spends it when the lock signs opened', async () => {
  const { store, dataDir } = await storeSite()
  await makeDoor(store, 1, { maxUses: 2 })
  const { opening, command } = await reserved(store, 1)
  expect(opening).toMatchObject({ state: 'reserved', usedCount: 0, maxUses: 2, settledAtMs: null })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })

  const settled = await store.settle({ ack: newAck(command, 'opened'), atMs: T0 + 500 })
  expect(settled.kind).toBe('settled')
  expect(settled.opening).toMatchObject({ state: 'opened', usedCount: 1, settledAtMs: T0 + 500, corrected: false })
  expect(await store.findOpening(opening.openingId)).toEqual(settled.opening)
  expect(await store.latestOpening(keyUuid(1))).toEqual(settled.opening)
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
  expect(inconsistencies(dataDir)).toEqual([])
})

test.each([
  ['revoked', {}, 'key-revoked'],
  ['not yet valid', { validFromMs: T0 + 1 }, 'key-not-yet-valid'],
  ['expired at this very millisecond', { validUntilMs: T0 }, 'key-expired'],
] as const)('refuses in the transaction itself a key that is %s', async (_, difference, kind) => {
  const { store } = await storeSite()
  await makeDoor(store, 1, difference)
  if (kind === 'key-revoked') await store.revokeTempKey({ uuid: keyUuid(1), by: owner, atMs: T0 })
  expect(await store.reserve(newReserve(lockId(1), keyUuid(1)))).toEqual({ kind })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
})

test('never lets two taps share the last use', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1, { maxUses: 1 })
  const { command } = await reserved(store, 1)
  const second = () => store.reserve(newReserve(lockId(1), keyUuid(1)))
  await store.markUnconfirmed({ openingId: command.openingId, reason: 'silent', atMs: T0 })
  expect(await second()).toEqual({ kind: 'key-used-up' })
  await store.settle({ ack: newAck(command, 'refused', { reason: 'privacy' }), atMs: T0 })
  expect((await second()).kind).toBe('reserved')
})

test('knows no key on a door that is not its own, and no whitelisted key of another user', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  await makeDoor(store, 2, { accessMode: 'user-whitelist', allowedUserIds: [userId('ada')] })
  expect(await store.reserve(newReserve(lockId(2), keyUuid(1)))).toEqual({ kind: 'key-not-found' })
  const byBob = { principal: { kind: 'user', userId: userId('bob') } } as const
  expect(await store.reserve(newReserve(lockId(2), keyUuid(2), byBob))).toEqual({ kind: 'not-whitelisted' })
  const byAda = { principal: { kind: 'user', userId: userId('ada') } } as const
  expect((await store.reserve(newReserve(lockId(2), keyUuid(2), byAda))).kind).toBe('reserved')
})

test('opens without a key: no counter, no use', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const asked = newReserve(lockId(1), null, { principal: owner })
  await store.reserve(asked)
  const { opening } = await store.settle({ ack: newAck(asked.command, 'opened'), atMs: T0 })
  expect(opening).toMatchObject({ state: 'opened', tempKeyUuid: null, usedCount: null, maxUses: null })
  const types = (await store.eventsOf(lockId(1), { afterVersion: 2, limit: 9 })).map(({ type }) => type)
  expect(types).toEqual(['LockOpenRequested', 'LockOpened'])
})

test('takes the same ack any number of times and counts once', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1, { maxUses: 3 })
  const { command } = await reserved(store, 1)
  const ack = newAck(command, 'opened')
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => store.settle({ ack, atMs: T0 })))
  expect(answers.filter(({ kind }) => kind === 'settled')).toHaveLength(1)
  expect(answers.filter(({ kind }) => kind === 'repeat')).toHaveLength(999)
  expect(answers.every(({ opening }) => opening?.state === 'opened')).toBe(true)
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
})

test('keeps the use held when the lock was reset in mid-movement, because the bolt may have moved', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  const { opening } = await store.settle({ ack: newAck(command, 'reset'), atMs: T0 })
  expect(opening).toMatchObject({ state: 'unconfirmed', reason: 'reset', settledAtMs: null })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
  expect(await store.unansweredCommands(command.openingId)).toEqual([])
  expect((await store.unsettledOpenings(9)).map(({ openingId }) => openingId)).toEqual([command.openingId])
})

test.each([
  ['not-executed', 'not-opened', 'not-executed'],
  ['jammed', 'jammed', 'jammed'],
  ['refused', 'refused', null],
] as const)('gives the use back when the lock signs %s after all', async (result, state, reason) => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  await store.markUnconfirmed({ openingId: command.openingId, reason: 'silent', atMs: T0 })
  expect((await store.unansweredCommands(command.openingId)).map(({ commandId }) => commandId)).toEqual([
    command.commandId,
  ])
  const { opening } = await store.settle({ ack: newAck(command, result), atMs: T0 })
  expect(opening).toMatchObject({ state, reason })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
})

test('corrects a released opening when the lock signs opened, and marks a key that is overused by it', async () => {
  const { store, alarms } = await storeSite()
  await makeDoor(store, 1, { maxUses: 1 })
  const first = await reserved(store, 1)
  await store.markUnconfirmed({ openingId: first.opening.openingId, reason: 'silent', atMs: T0 })
  await store.decide({ openingId: first.opening.openingId, state: 'released', reason: 'seen', by: owner, atMs: T0 })
  const second = await reserved(store, 1)
  await store.settle({ ack: newAck(second.command, 'opened'), atMs: T0 })
  expect(await alarms.standingAlarms(9)).toEqual([])

  const late = await store.settle({ ack: newAck(first.command, 'opened'), atMs: T0 + 9 })
  expect(late).toMatchObject({
    kind: 'settled',
    opening: { state: 'opened', corrected: true, usedCount: 2, maxUses: 1 },
  })
  expect(await countersOf(store, 1)).toEqual({ used: 2, held: 0 })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ kind: 'key-overused', lockId: 1, count: 1 }])
})

test('counts a charged opening once when the lock signs opened later', async () => {
  const { store, alarms } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1, { atMs: T0 })
  await store.markUnconfirmed({ openingId: command.openingId, reason: 'silent', atMs: T0 })
  expect(await store.chargeOld({ locks: 'all', startedBeforeMs: T0, atMs: T0 + 1 })).toEqual([])
  expect(await store.chargeOld({ locks: 'all', startedBeforeMs: T0 + 1, atMs: T0 + 1 })).toMatchObject([
    { state: 'charged', reason: 'too-old', usedCount: 1 },
  ])
  expect(await alarms.standingAlarms(9)).toMatchObject([{ kind: 'opening-charged-by-age' }])
  const { opening } = await store.settle({ ack: newAck(command, 'opened'), atMs: T0 + 2 })
  expect(opening).toMatchObject({ state: 'opened', corrected: true, usedCount: 1 })
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
  const used = (await store.eventsOf(lockId(1), { afterVersion: 0, limit: 99 })).filter(
    ({ type }) => type === 'TempKeyUsed',
  )
  expect(used).toHaveLength(1)
})

test('believes opened after refused, keeps refused after opened as evidence, and alarms both', async () => {
  const { store, alarms } = await storeSite()
  await makeDoor(store, 1)
  const one = await reserved(store, 1)
  await store.settle({ ack: newAck(one.command, 'refused'), atMs: T0 })
  expect(await store.settle({ ack: newAck(one.command, 'opened'), atMs: T0 })).toMatchObject({
    kind: 'settled',
    opening: { state: 'opened', corrected: true },
  })
  const two = await reserved(store, 1)
  await store.settle({ ack: newAck(two.command, 'opened'), atMs: T0 })
  expect(await store.settle({ ack: newAck(two.command, 'refused'), atMs: T0 })).toMatchObject({
    kind: 'evidence',
    opening: { state: 'opened', corrected: false },
  })
  expect(await alarms.standingAlarms(9)).toMatchObject([
    { kind: 'lock-contradicts-itself', severity: 'critical', count: 2 },
  ])
  expect(await countersOf(store, 1)).toEqual({ used: 2, held: 0 })
})

test('stores, counts and alarms an ack for a command that was never issued, and changes no opening by it', async () => {
  const { store, alarms } = await storeSite()
  await makeDoor(store, 1)
  await makeDoor(store, 2)
  const { command } = await reserved(store, 1)
  const wrongHash = newAck(
    { ...command, commandHash: newCommand(command.openingId, lockId(1), null).commandHash },
    'opened',
  )
  const wrongLock = newAck({ ...command, lockId: lockId(2) }, 'opened')
  for (const orphan of [wrongHash, wrongLock]) {
    expect(await store.settle({ ack: orphan, atMs: T0 })).toEqual({ kind: 'orphan', opening: null })
    expect(await store.settle({ ack: orphan, atMs: T0 })).toEqual({ kind: 'repeat', opening: null })
  }
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
  expect(await alarms.standingAlarms(9)).toMatchObject([
    { kind: 'ack-orphaned', lockId: 1, count: 1 },
    { kind: 'ack-orphaned', lockId: 2, count: 1 },
  ])
  await store.settle({ ack: newAck(command, 'opened', { openingId: newOpeningId() }), atMs: T0 })
  expect((await store.findOpening(command.openingId))?.state).toBe('opened')
})

test('signs once more: the refusal and the second command are one change, and the opening stays reserved', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { opening, command } = await reserved(store, 1)
  const second = { ...newCommand(opening.openingId, lockId(1), keyUuid(1)), bootId: OTHER_BOOT, counter: 7 }
  const stale = newAck(command, 'refused', { reason: 'other-boot' })
  expect(await store.resign({ ack: stale, command: second, atMs: T0 })).toMatchObject({
    opening: { state: 'reserved' },
  })
  expect((await store.settle({ ack: stale, atMs: T0 })).kind).toBe('repeat')
  expect((await store.unansweredCommands(opening.openingId)).map(({ commandId }) => commandId)).toEqual([
    second.commandId,
  ])
  expect((await store.listLocks())[0]?.lastCommand).toEqual({ bootId: OTHER_BOOT, counter: 7 })
  const third = newCommand(opening.openingId, lockId(1), keyUuid(1))
  const again = newAck(second, 'refused', { reason: 'counter' })
  await expect(store.resign({ ack: again, command: third, atMs: T0 })).rejects.toThrow(StoreFault)
  expect((await store.settle({ ack: again, atMs: T0 })).opening).toMatchObject({ state: 'refused', reason: 'counter' })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
})

test('releases the use when the second command was never handed over, and still believes a signed opened', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { opening, command } = await reserved(store, 1)
  const second = newCommand(opening.openingId, lockId(1), keyUuid(1))
  await store.resign({ ack: newAck(command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  expect(await store.markNotSent({ openingId: opening.openingId, reason: 'lock-offline', atMs: T0 })).toMatchObject({
    state: 'not-sent',
  })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
  expect(await store.unansweredCommands(opening.openingId)).toEqual([])
  expect((await store.settle({ ack: newAck(second, 'opened'), atMs: T0 })).opening).toMatchObject({
    state: 'opened',
    corrected: true,
  })
})

test('never makes a settled opening unconfirmed or not-sent', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  const { opening } = await store.settle({ ack: newAck(command, 'opened'), atMs: T0 })
  expect(await store.markUnconfirmed({ openingId: command.openingId, reason: 'silent', atMs: T0 })).toEqual(opening)
  expect(await store.markNotSent({ openingId: command.openingId, reason: 'lock-offline', atMs: T0 })).toEqual(opening)
  const decision = { openingId: command.openingId, state: 'released', reason: 'x', by: owner, atMs: T0 } as const
  expect(await store.decide(decision)).toEqual(opening)
  expect(await store.decide({ ...decision, openingId: newOpeningId() })).toBeNull()
})

test('makes unconfirmed what an earlier turn of the lock could not settle, and lets the next key through', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  await store.createTempKey({ key: newKey(2), by: owner, atMs: T0 })
  const first = await reserved(store, 1)
  const second = await store.reserve(newReserve(lockId(1), keyUuid(2)))
  expect(second.kind).toBe('reserved')
  expect(await store.findOpening(first.opening.openingId)).toMatchObject({
    state: 'unconfirmed',
    reason: 'not-settled',
  })
  expect((await store.unansweredCommandsOf(lockId(1), null, 9)).commands).toMatchObject([
    { commandId: first.command.commandId, counter: first.command.counter },
  ])
})
