import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { NewTempKey } from '#domain/temp-keys/temp-key-changes.ts'
import { gatherKeys } from '#store/memory/gather-keys.ts'
import { KeyMemory } from '#store/memory/key-memory.ts'
import { Reader } from '#store/reader.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  newKey,
  newReserve,
  reserved,
  T0,
  userId,
} from '#test/store/support/store-site.ts'
import { until } from '#test/support/until.ts'

const by = { kind: 'owner' } as const
const stored = (key: NewTempKey): TempKey => ({
  ...key,
  ...{ usedCount: 0, heldCount: 0, createdBy: 'owner', createdAtMs: T0, revokedAtMs: null },
})

/** As it stands in the file, whatever anybody holds in memory. */
function storedKey(dataDir: string, n: number) {
  const reader = new Reader(join(dataDir, 'latchkey.db'))
  try {
    return reader.read((reads) => reads.findTempKey(keyUuid(n)))
  } finally {
    reader.close()
  }
}

test('a revocation takes effect for the very next look at the key, in memory or not', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  expect((await store.findTempKey(keyUuid(1)))?.revokedAtMs).toBeNull()
  await store.revokeTempKey({ uuid: keyUuid(1), by, atMs: T0 + 1 })
  expect((await store.findTempKey(keyUuid(1)))?.revokedAtMs).toBe(T0 + 1)
  expect(await store.reserve(newReserve(lockId(1), keyUuid(1)))).toEqual({ kind: 'key-revoked' })
})

test('a revocation that could not be stored leaves the key as it is stored', async () => {
  const { store, faults, dataDir } = await storeSite()
  await makeDoor(store, 1)
  await store.findTempKey(keyUuid(1))
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(store.revokeTempKey({ uuid: keyUuid(1), by, atMs: T0 + 1 })).rejects.toThrow(StoreFault)
  expect(await store.findTempKey(keyUuid(1))).toEqual(storedKey(dataDir, 1))
})

test('a key in memory counts as the store does, through openings of every end and faults of every kind', async () => {
  const { store, faults, dataDir } = await storeSite()
  for (const n of [1, 2, 3]) await makeDoor(store, n)
  const look = async () => {
    for (const n of [1, 2, 3]) expect(await store.findTempKey(keyUuid(n))).toEqual(storedKey(dataDir, n))
  }
  await look()
  const { command } = await reserved(store, 1)
  await look()
  await store.settle({ ack: newAck(command, 'opened'), atMs: T0 })
  await look()
  const silent = await reserved(store, 2)
  await store.markUnconfirmed({ openingId: silent.opening.openingId, reason: 'silent', atMs: T0 })
  await look()
  await store.settle({ ack: newAck(silent.command, 'refused'), atMs: T0 })
  await look()
  faults.set({ failJobs: { name: 'reserve', times: 1, code: 'SQLITE_CONSTRAINT' } })
  await Promise.allSettled([1, 2, 3].map((n) => store.reserve(newReserve(lockId(n), keyUuid(n)))))
  await look()
  faults.set({ failCommits: { times: 1, code: 'SQLITE_IOERR_FSYNC' } })
  await Promise.allSettled([1, 3].map((n) => store.reserve(newReserve(lockId(n), keyUuid(n)))))
  await look()
  faults.set({ crashWriter: true })
  await expect(store.reserve(newReserve(lockId(1), keyUuid(1)))).rejects.toThrow(StoreFault)
  faults.set({})
  await look()
})

test('the word on a command whose reserve was undone is an orphan, though the writer had just made that opening', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  const asked = newReserve(lockId(1), keyUuid(1))
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(store.reserve(asked)).rejects.toThrow(StoreFault)
  expect((await store.settle({ ack: newAck(asked.command, 'opened'), atMs: T0 })).kind).toBe('orphan')
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
})

test('two acks of one opening in one commit: the first settles it, and the same said again is a repeat', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  const ack = newAck(command, 'opened')
  const settled = await Promise.all([
    store.settle({ ack, atMs: T0 }),
    store.settle({ ack, atMs: T0 }),
    store.settle({ ack: newAck(command, 'opened'), atMs: T0 }),
  ])
  expect(settled.map(({ kind }) => kind)).toEqual(['settled', 'repeat', 'repeat'])
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
})

test('holds as many bytes as it may, whoever stands on how many lists, and lets go of what was least lately wanted', () => {
  const memory = new KeyMemory()
  const crowd = Array.from({ length: 1_000 }, (_, n) => userId(`auth0|${String(n).padStart(30, '0')}`))
  const crowded = (n: number) => stored(newKey(n, { accessMode: 'user-whitelist', allowedUserIds: crowd }))
  for (let n = 0; n < 2_000; n += 1) {
    memory.keep(crowded(n))
    // Somebody comes by this one again and again.
    if (n % 100 === 0) expect(memory.find(keyUuid(0))).not.toBeNull()
  }
  const held = Array.from({ length: 2_000 }, (_, n) => n).filter((n) => memory.has(keyUuid(n)))
  expect(memory.bytes).toBeLessThanOrEqual(32 * 1024 * 1024)
  expect(memory.bytes).toBeGreaterThan(31 * 1024 * 1024)
  expect(held[0]).toBe(0)
  expect(held.slice(1)).toEqual(Array.from({ length: held.length - 1 }, (_, n) => 2_000 - held.length + 1 + n))
  for (const n of held) memory.forget(keyUuid(n))
  expect(memory.bytes).toBe(0)
})

test('the newest keys are in memory soon after a start, as far as there is room', async () => {
  const site = await storeSite()
  await makeDoor(site.store, 1)
  for (let n = 2; n <= 130; n += 1)
    await site.store.createTempKey({ key: newKey(n, { lockId: lockId(1) }), by, atMs: T0 })
  await site.store.revokeTempKey({ uuid: keyUuid(3), by, atMs: T0 })
  const reader = new Reader(join(site.dataDir, 'latchkey.db'))
  try {
    const memory = new KeyMemory()
    const stop = gatherKeys(reader, memory)
    await until('all are there', () => memory.has(keyUuid(1)))
    stop()
    const held = Array.from({ length: 130 }, (_, n) => n + 1).filter((n) => memory.has(keyUuid(n)))
    expect(held).toHaveLength(129)
    expect(memory.has(keyUuid(3))).toBe(false)
  } finally {
    reader.close()
  }
})

test('a lock whose keys are all revoked takes no room in it any more, and the keys of others stay', () => {
  const memory = new KeyMemory()
  memory.keep(stored(newKey(1)))
  const bytes = memory.bytes
  for (const n of [2, 3]) memory.keep(stored(newKey(n, { lockId: lockId(2), description: 'a long stay' })))
  memory.forgetKeysOf(lockId(2))
  expect([1, 2, 3].map((n) => memory.has(keyUuid(n)))).toEqual([true, false, false])
  expect(memory.bytes).toBe(bytes)
})
