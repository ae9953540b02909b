import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StoreFault } from '#domain/ports.ts'
import { Reader } from '#store/reader.ts'
import { storeSite } from './opened-site.ts'
import { countersOf, keyUuid, lockId, makeDoor, newAck, newReserve, reserved, T0 } from './store-site.ts'

const by = { kind: 'owner' } as const

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
  await store.revokeTempKey(keyUuid(1), by, T0 + 1)
  expect((await store.findTempKey(keyUuid(1)))?.revokedAtMs).toBe(T0 + 1)
  expect(await store.reserve(newReserve(lockId(1), keyUuid(1)))).toEqual({ kind: 'key-revoked' })
})

test('a revocation that could not be stored leaves the key as it is stored', async () => {
  const { store, faults, dataDir } = await storeSite()
  await makeDoor(store, 1)
  await store.findTempKey(keyUuid(1))
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(store.revokeTempKey(keyUuid(1), by, T0 + 1)).rejects.toThrow(StoreFault)
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
  await store.settle(newAck(command, 'opened'), T0)
  await look()
  const silent = await reserved(store, 2)
  await store.markUnconfirmed(silent.opening.openingId, 'silent', T0)
  await look()
  await store.settle(newAck(silent.command, 'refused'), T0)
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
  expect((await store.settle(newAck(asked.command, 'opened'), T0)).kind).toBe('orphan')
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 0 })
})

test('two acks of one opening in one commit: the first settles it, the second is a repeat or evidence', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  const ack = newAck(command, 'opened')
  const settled = await Promise.all([
    store.settle(ack, T0),
    store.settle(ack, T0),
    store.settle(newAck(command, 'opened'), T0),
  ])
  expect(settled.map(({ kind }) => kind)).toEqual(['settled', 'repeat', 'evidence'])
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
})
