import { expect, test } from 'vitest'
import { storeSite } from '#test/store/support/opened-site.ts'
import { keyUuid, lockId, newAck, newCommand, newKey, newLock, newReserve, T0 } from '#test/store/support/store-site.ts'

const owner = { kind: 'owner' } as const
const by = { by: owner, atMs: T0 + 1 }

async function siteWithLock() {
  const site = await storeSite()
  await site.store.createLock({ lock: newLock(1, { publicKeyPem: 'FIRST' }), by: owner, atMs: T0 })
  for (const one of [1, 2]) await site.store.createTempKey({ key: newKey(one), by: owner, atMs: T0 })
  return site
}

test('a lock is retired with all its keys in one commit, or not at all', async () => {
  const { store, faults } = await siteWithLock()
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(store.retireLock({ lockId: lockId(1), ...by })).rejects.toThrow()
  expect(await store.findLock(lockId(1))).toMatchObject({ retiredAtMs: null })
  expect(await store.findTempKey(keyUuid(1))).toMatchObject({ revokedAtMs: null })

  const result = await store.retireLock({ lockId: lockId(1), ...by })
  expect(result).toMatchObject({
    kind: 'retired',
    ...{ keysRevoked: 2, unsettled: 0, lock: { retiredAtMs: T0 + 1 } },
    event: { type: 'LockRetired', chained: { keysRevoked: 2, retiredBy: 'owner' } },
  })
  for (const one of [1, 2]) expect(await store.findTempKey(keyUuid(one))).toMatchObject({ revokedAtMs: T0 + 1 })
  expect(await store.retireLock({ lockId: lockId(1), by: owner, atMs: T0 + 9 })).toMatchObject({
    kind: 'already-retired',
    lock: { retiredAtMs: T0 + 1 },
  })
  expect(await store.retireLock({ lockId: lockId(7), ...by })).toEqual({ kind: 'lock-not-found' })
})

test('nothing of a retired lock is changed any more, and nothing opens it', async () => {
  const { store } = await siteWithLock()
  await store.createLock({ lock: newLock(2, { publicKeyPem: null, mqttPasswordHash: null }), by: owner, atMs: T0 })
  for (const one of [1, 2]) await store.retireLock({ lockId: lockId(one), ...by })
  const retired = { kind: 'lock-retired' }
  const key = { publicKeyPem: 'SECOND', keyMadeBy: 'lock', mqttPasswordHash: 'h' } as const
  const reflash = { key, mqttPasswordHash: 'h', former: null }
  expect(await store.reflashLock({ lockId: lockId(1), reflash, ...by })).toEqual(retired)
  expect(await store.updateLock({ lockId: lockId(1), changes: { name: 'x' }, ...by })).toEqual(retired)
  expect(await store.createTempKey({ key: newKey(3), ...by })).toEqual(retired)
  expect(await store.giveLockKey({ lockId: lockId(2), key, takeOver: true, ...by })).toEqual(retired)
  expect(await store.createLock({ lock: newLock(1, { publicKeyPem: 'X' }), ...by })).toEqual({ kind: 'lock-exists' })
  // Its key stays its own.
  const twin = await store.createLock({ lock: newLock(3, { publicKeyPem: 'FIRST' }), ...by })
  expect(twin).toEqual({ kind: 'key-taken', byLock: lockId(1) })

  expect(await store.reserve(newReserve(lockId(1), keyUuid(1), {}))).toEqual({ kind: 'key-revoked' })
  expect(await store.reserve(newReserve(lockId(1), null, {}))).toEqual(retired)
})

test('a signed opened of a retired lock is the truth, and is stored', async () => {
  const { store } = await siteWithLock()
  const asked = newReserve(lockId(1), keyUuid(1), {})
  await store.reserve(asked)
  expect(await store.owesWords(lockId(1))).toBe(true)
  expect(await store.retireLock({ lockId: lockId(1), ...by })).toMatchObject({ unsettled: 1 })
  await store.markUnconfirmed({ openingId: asked.openingId, reason: 'silent', atMs: T0 + 2 })
  expect(await store.owesWords(lockId(1))).toBe(true)
  const late = { ack: newAck(asked.command, 'opened'), atMs: T0 + 3 }
  expect(await store.settleLate(late)).toMatchObject({ kind: 'settled', opening: { state: 'opened' } })
  expect(await store.findTempKey(keyUuid(1))).toMatchObject({ usedCount: 1, heldCount: 0, revokedAtMs: T0 + 1 })
  expect(await store.owesWords(lockId(1))).toBe(false)
  // One for a command that was never stored is kept as evidence, too.
  const orphan = newAck(newCommand(asked.openingId, lockId(1), keyUuid(1)), 'opened', { journalSeq: 9 })
  expect(await store.settleLate({ ack: orphan, atMs: T0 + 4 })).toMatchObject({ kind: 'orphan' })
})

test('a prepared lock that is retired leaves its place to another one', async () => {
  const { store } = await storeSite()
  const limits = { ofOne: 1, inAll: 1 }
  const prepared = (one: number) => newLock(one, { publicKeyPem: null, mqttPasswordHash: null })
  await store.createLock({ lock: prepared(1), by: { kind: 'guest' }, atMs: T0, limits })
  const full = await store.createLock({ lock: prepared(2), by: { kind: 'guest' }, atMs: T0, limits })
  expect(full).toMatchObject({ kind: 'too-many-prepared' })
  await store.retireLock({ lockId: lockId(1), ...by })
  const created = await store.createLock({ lock: prepared(2), by: { kind: 'guest' }, atMs: T0, limits })
  expect(created).toMatchObject({ kind: 'created' })
})

test('the record of a lock has each of its key pairs with its time, its good keys and what only it knows', async () => {
  const { store } = await siteWithLock()
  const reflash = {
    ...({ key: { publicKeyPem: 'SECOND', keyMadeBy: 'gateway' }, mqttPasswordHash: 'h', former: null } as const),
  }
  await store.reflashLock({ lockId: lockId(1), reflash, by: owner, atMs: T0 + 5 })
  const asked = newReserve(lockId(1), keyUuid(1), {})
  await store.reserve(asked)
  expect(await store.lockRecord(lockId(1), T0 + 6)).toMatchObject({
    ...{ createdBy: 'owner', goodKeys: 2, lock: { keyGeneration: 2 } },
    keyPairs: [
      { keyGeneration: 1, publicKeyPem: 'FIRST', keyMadeBy: 'lock', setAtMs: T0, replacedAtMs: T0 + 5 },
      { keyGeneration: 2, publicKeyPem: 'SECOND', keyMadeBy: 'gateway', setAtMs: T0 + 5, replacedAtMs: null },
    ],
    unsettled: [{ openingId: asked.openingId, state: 'reserved' }],
  })
  expect(await store.lockRecord(lockId(9), T0)).toBeNull()
})
