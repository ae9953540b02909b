import { afterAll, describe, expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import type { TempKeyListing } from '#domain/temp-keys/temp-key-changes.ts'
import type { LockId } from '#protocol/ids.ts'
import { createLock } from '#store/jobs/locks.ts'
import { revokeKeysOf, sweepRevokedKeys } from '#store/jobs/revoke-keys-of-lock.ts'
import { createTempKey, revokeTempKey, updateTempKey } from '#store/jobs/temp-keys.ts'
import { LongReads } from '#store/long-reads.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { type StoreSite, storeSite } from '#test/store/support/opened-site.ts'
import {
  inconsistencies,
  keyUuid,
  lockId,
  newKey,
  newLock,
  newReserve,
  T0,
  valid,
} from '#test/store/support/store-site.ts'
import { org, user } from '#test/support/ids.ts'

const owner = { kind: 'owner' } as const
const acme: Principal = { kind: 'service', organization: org('acme') }
const revokeAll = { revokeKeys: true }
const everything = { limit: 100, cursor: null, includeRevoked: false }

/** Lock 1 of acme's with keys 1–5, lock 2 with key 6. */
async function withKeys(): Promise<StoreSite> {
  const site = await storeSite()
  for (const n of [1, 2])
    await site.store.createLock({ lock: newLock(n, { organization: org('acme') }), by: owner, atMs: T0 })
  for (const n of [1, 2, 3, 4, 5]) await site.store.createTempKey({ key: newKey(n), by: acme, atMs: T0 })
  await site.store.createTempKey({ key: newKey(6, { lockId: lockId(2) }), by: acme, atMs: T0 })
  return site
}

describe('a lock that is given away with its keys revoked', () => {
  test('opens by none of them from the same commit on, whoever holds them in memory', async () => {
    const { store } = await withKeys()
    for (const n of [1, 2, 3, 4, 5]) await store.findTempKey(keyUuid(n))
    await store.revokeTempKey({ uuid: keyUuid(2), by: acme, atMs: T0 })
    const given = await store.updateLock({
      lockId: lockId(1),
      changes: { organization: org('new') },
      by: owner,
      atMs: T0 + 1,
      how: revokeAll,
    })
    expect(given).toMatchObject({ kind: 'updated', keys: { stillGood: 0, revoked: 4 } })
    for (const n of [1, 3, 4, 5]) {
      expect(await store.findTempKey(keyUuid(n))).toMatchObject({ revokedAtMs: T0 + 1 })
      expect(await store.reserve(newReserve(lockId(1), keyUuid(n)))).toEqual({ kind: 'key-revoked' })
    }
    expect(await store.findTempKey(keyUuid(2))).toMatchObject({ revokedAtMs: T0 })
    expect((await store.listTempKeys(lockId(1), everything)).keys).toEqual([])
    expect((await store.listTempKeys(null, everything)).keys.map(({ uuid }) => uuid)).toEqual([keyUuid(6)])
    expect(await store.reserve(newReserve(lockId(2), keyUuid(6)))).toMatchObject({ kind: 'reserved' })
  })

  test('tells its log once, with the number of keys and who did it', async () => {
    const { store } = await withKeys()
    await store.updateLock({
      lockId: lockId(1),
      changes: { organization: org('new') },
      by: owner,
      atMs: T0 + 1,
      how: revokeAll,
    })
    const told = await store.eventsOf(lockId(1), { afterVersion: 6, limit: 9 })
    expect(told.map(({ type, chained }) => [type, chained])).toEqual([
      ['TempKeysRevoked', { count: 5, revokedBy: 'owner' }],
      ['LockUpdated', { changes: { organization: org('new') }, updatedBy: 'owner' }],
    ])
  })

  test('keeps what is made for it afterwards, and loses that with the next time', async () => {
    const { store } = await withKeys()
    const give = () =>
      store.updateLock({
        lockId: lockId(1),
        changes: { organization: org('acme') },
        by: owner,
        atMs: T0 + 1,
        how: revokeAll,
      })
    expect(await give()).toMatchObject({ kind: 'unchanged', keys: { revoked: 5 } })
    await store.createTempKey({ key: newKey(7), by: acme, atMs: T0 + 2 })
    expect(await store.reserve(newReserve(lockId(1), keyUuid(7)))).toMatchObject({ kind: 'reserved' })
    expect(await give()).toMatchObject({ kind: 'unchanged', keys: { revoked: 1 } })
    expect(await store.findTempKey(keyUuid(7))).toMatchObject({ revokedAtMs: T0 + 1 })
    expect(await give()).toMatchObject({ keys: { revoked: 0 }, lock: { version: 10 } })
  })

  test('has the same keys, or none fewer, when the commit failed', async () => {
    const { store, faults } = await withKeys()
    faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
    await expect(
      store.updateLock({
        lockId: lockId(1),
        changes: { organization: org('x') },
        by: owner,
        atMs: T0 + 1,
        how: revokeAll,
      }),
    ).rejects.toThrow()
    expect(await store.findLock(lockId(1))).toMatchObject({ organization: org('acme'), version: 6 })
    expect(await store.findTempKey(keyUuid(1))).toMatchObject({ revokedAtMs: null })
    expect(await store.reserve(newReserve(lockId(1), keyUuid(1)))).toMatchObject({ kind: 'reserved' })
  })

  test('opens by none of them after a restart either, and is consistent', async () => {
    const site = await withKeys()
    await site.store.updateLock({
      lockId: lockId(1),
      changes: { owner: user('ada') },
      by: owner,
      atMs: T0 + 1,
      how: revokeAll,
    })
    const { store } = await site.restart()
    expect(await store.findTempKey(keyUuid(1))).toMatchObject({ revokedAtMs: T0 + 1 })
    await store.keepTime({ atMs: T0 + 2 })
    expect(await store.findTempKey(keyUuid(1))).toMatchObject({ revokedAtMs: T0 + 1 })
    expect(inconsistencies(site.dataDir)).toEqual([])
  })
})

test('whoever gives a lock away is told how many of its keys go on opening it: not the revoked, ended or used up ones', async () => {
  const { store } = await withKeys()
  await store.revokeTempKey({ uuid: keyUuid(1), by: acme, atMs: T0 })
  await store.updateTempKey({ lockId: lockId(1), uuid: keyUuid(2), changes: { validUntilMs: T0 }, by: acme, atMs: T0 })
  await store.updateTempKey({
    lockId: lockId(1),
    uuid: keyUuid(3),
    changes: { validFromMs: T0 + 1_000 },
    by: acme,
    atMs: T0,
  })
  const given = await store.updateLock({ lockId: lockId(1), changes: { owner: user('ada') }, by: owner, atMs: T0 })
  expect(given).toMatchObject({ keys: { stillGood: 3, revoked: 0 } })
})

describe('the word of somebody who had a lock, behind the one that gave it away,', () => {
  test.each([
    ['makes no key for it', (store: StoreSite['store']) => store.createTempKey({ key: newKey(9), by: acme, atMs: T0 })],
    [
      'changes none',
      (store: StoreSite['store']) =>
        store.updateTempKey({ lockId: lockId(1), uuid: keyUuid(1), changes: { maxUses: 9 }, by: acme, atMs: T0 }),
    ],
    ['revokes none', (store: StoreSite['store']) => store.revokeTempKey({ uuid: keyUuid(1), by: acme, atMs: T0 })],
    [
      'does not take it back',
      (store: StoreSite['store']) =>
        store.updateLock({ lockId: lockId(1), changes: { owner: user('eve') }, by: acme, atMs: T0 }),
    ],
  ])('%s, though both came in one moment', async (_, late) => {
    const { store } = await withKeys()
    const given = store.updateLock({ lockId: lockId(1), changes: { organization: org('new') }, by: owner, atMs: T0 })
    const refused = late(store)
    expect(await given).toMatchObject({ kind: 'updated' })
    expect(await refused).toEqual({ kind: 'wrong-organization' })
    expect(await store.findLock(lockId(1))).toMatchObject({ organization: org('new'), owner: null, version: 7 })
  })
})

describe('before their own rows say so,', () => {
  const site = directTransaction()
  afterAll(site.end)
  const { database, tx } = site
  const changes = () => valid(database.prepare<[], { n: number }>('SELECT total_changes() AS n').get()).n
  const reads = new LongReads()
  const listed = (lock: LockId | null, page: TempKeyListing) =>
    reads.run(
      () => tx.listTempKeys(lock, page),
      (query) => query(),
    )
  const left = (sql: string) => database.prepare(`SELECT count(*) FROM ${sql}`).pluck().get()

  test('20,000 keys are revoked by a handful of rows, and nothing that is read takes one of them for good', async () => {
    createLock(tx, { lock: newLock(1), by: owner, atMs: T0 })
    createTempKey(tx, { key: newKey(1), by: owner, atMs: T0 })
    database.exec(`BEGIN;
      WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO temp_keys (id, uuid, access_mode, valid_from_ms, valid_until_ms, used_count, held_count, created_by,
          created_at_ms) SELECT i, 'key ' || i, 'public', 0, ${T0 + 1_000}, 0, 0, 'x', 0 FROM n;
      INSERT INTO temp_key_doors SELECT id, 1, 1 FROM temp_keys WHERE id > 1; COMMIT`)
    expect([tx.countKeysNotRevoked(lockId(1)), tx.countGoodKeys(lockId(1), T0)]).toEqual([20_000, 20_000])
    const before = changes()
    expect(revokeKeysOf(tx, lockId(1), owner, T0 + 1)).toBe(20_000)
    expect(changes() - before).toBeLessThan(10)

    for (const key of [tx.judgedTempKey(keyUuid(1)), tx.findTempKey(keyUuid(1)), tx.findTempKeyRow(keyUuid(1))]) {
      expect(key).toMatchObject({ revokedAtMs: T0 + 1 })
    }
    const page = { limit: 10, cursor: null, includeRevoked: false }
    for (const lock of [lockId(1), null]) {
      expect(await listed(lock, page)).toEqual({ keys: [], nextCursor: null })
      const valid = await listed(lock, { ...page, includeRevoked: true, status: { is: 'valid', atMs: T0 } })
      expect(valid.keys).toEqual([])
    }
    expect((await listed(lockId(1), { ...page, newest: true })).keys).toEqual([])
    expect(tx.newestTempKeys(null, 10).keys).toEqual([])
    expect([tx.countKeysNotRevoked(lockId(1)), tx.countGoodKeys(lockId(1), T0)]).toEqual([0, 0])
    const update = { lockId: lockId(1), uuid: keyUuid(1), changes: { maxUses: 9 }, by: owner, atMs: T0 }
    expect(updateTempKey(tx, update)).toEqual({ kind: 'key-revoked' })
    expect(revokeTempKey(tx, { uuid: keyUuid(1), by: owner, atMs: T0 })).toMatchObject({ kind: 'already-revoked' })
  })

  test('a lock of theirs takes new ones, which stay good when the others’ rows have followed, 200 at a time', () => {
    createTempKey(tx, { key: newKey(2), by: owner, atMs: T0 })
    const first = changes()
    expect(sweepRevokedKeys(tx)).toBe(true)
    expect(changes() - first).toBe(400)
    let sweeps = 1
    database.exec('BEGIN')
    while (sweepRevokedKeys(tx)) sweeps += 1
    database.exec('COMMIT')
    expect(sweeps).toBe(101)
    expect(left('temp_keys WHERE revoked_at_ms IS NULL')).toBe(1)
    expect(left('temp_key_doors WHERE kept = 1')).toBe(1)
    expect(left('key_revocations')).toBe(0)
    expect(tx.judgedTempKey(keyUuid(2))).toMatchObject({ revokedAtMs: null })
  })
})
