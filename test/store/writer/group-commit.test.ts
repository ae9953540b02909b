import { expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { jobTable } from '#store/jobs/jobs.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  inconsistencies,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  newReserve,
  reserved,
  T0,
} from '#test/store/support/store-site.ts'

const kindsOf = (results: readonly PromiseSettledResult<{ kind: string } | { state: string }>[]) =>
  results.map((one) => {
    if (one.status === 'rejected') return one.reason instanceof StoreFault ? 'fault' : 'other'
    return 'kind' in one.value ? one.value.kind : one.value.state
  })

test('a job that fails in a shared commit fails alone, and leaves no gap in the events', async () => {
  const { store, dataDir } = await storeSite()
  for (const n of [1, 2, 3]) await makeDoor(store, n)
  const results = await Promise.allSettled([
    store.reserve(newReserve(lockId(1), keyUuid(1))),
    store.markUnconfirmed({ openingId: newOpeningId(), reason: 'silent', atMs: T0 }),
    store.reserve({ ...newReserve(lockId(2), keyUuid(2)), command: newReserve(lockId(2), keyUuid(2)).command }),
    store.reserve(newReserve(lockId(3), keyUuid(3))),
  ])
  expect(kindsOf(results)).toEqual(['reserved', 'fault', 'fault', 'reserved'])
  expect(await countersOf(store, 2)).toEqual({ used: 0, held: 0 })
  expect(inconsistencies(dataDir)).toEqual([])
})

test('a settle that can not be stored is a fault, and the same ack is stored when the lock repeats it', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  const ack = newAck(command, 'opened')
  faults.set({ failCommits: { times: 2, code: 'SQLITE_FULL' } })
  await expect(store.settle({ ack, atMs: T0 })).rejects.toThrow(StoreFault)
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
  expect(await store.settle({ ack, atMs: T0 })).toMatchObject({ kind: 'settled', opening: { state: 'opened' } })
})

test('a full disk at one statement fails that job alone', async () => {
  const { store, faults } = await storeSite()
  for (const n of [1, 2]) await makeDoor(store, n)
  const { command } = await reserved(store, 2)
  faults.set({ failJobs: { name: 'reserve', times: 1, code: 'SQLITE_FULL' } })
  const results = await Promise.allSettled([
    store.reserve(newReserve(lockId(1), keyUuid(1))),
    store.settle({ ack: newAck(command, 'opened'), atMs: T0 }),
  ])
  expect(kindsOf(results)).toEqual(['fault', 'settled'])
})

test('a connection that can not be opened again fails its jobs, and each new batch tries once more', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ failCommits: { times: 1, code: 'SQLITE_IOERR_FSYNC' }, failOpens: 2 })
  const attempt = () => store.reserve(newReserve(lockId(1), keyUuid(1)))
  const results = []
  for (let n = 0; n < 4; n += 1) results.push(...(await Promise.allSettled([attempt()])))
  expect(kindsOf(results)).toEqual(['fault', 'fault', 'fault', 'reserved'])
})

test('a writer thread that dies fails what it held, and the next job starts another', async () => {
  const { store, faults, dataDir } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ crashWriter: true })
  await expect(store.reserve(newReserve(lockId(1), keyUuid(1)))).rejects.toThrow(StoreFault)
  faults.set({})
  expect((await store.reserve(newReserve(lockId(1), keyUuid(1)))).kind).toBe('reserved')
  expect(inconsistencies(dataDir)).toEqual([])
})

test('what was asked while a writer thread was dying is stored by the next one', async () => {
  const { store, faults, dataDir } = await storeSite()
  for (const n of [1, 2]) await makeDoor(store, n)
  faults.set({ crashWriter: true })
  const held = store.reserve(newReserve(lockId(1), keyUuid(1)))
  // The first crosses at the end of this turn; what is asked after it waits for its answer.
  await new Promise((resolve) => setImmediate(resolve))
  faults.set({})
  const waiting = store.reserve(newReserve(lockId(2), keyUuid(2)))
  await expect(held).rejects.toThrow(StoreFault)
  expect((await waiting).kind).toBe('reserved')
  expect(inconsistencies(dataDir)).toEqual([])
})

test('events of every lock have no gap when hundreds of changes and failures share commits', async () => {
  const { store, dataDir, faults } = await storeSite()
  for (const n of [1, 2, 3, 4]) await makeDoor(store, n, { maxUses: 40 })
  faults.set({ failJobs: { name: 'reserve', times: 15, code: 'SQLITE_CONSTRAINT' } })
  const onDoor = async (n: number) => {
    for (let turn = 0; turn < 50; turn += 1) {
      const asked = newReserve(lockId(n), keyUuid(n))
      const [reservation] = await Promise.allSettled([
        store.reserve(asked),
        store.recordDenial({
          lockId: lockId(n),
          tempKeyUuid: null,
          reason: 'x',
          principal: { kind: 'guest' },
          count: 1,
          atMs: T0,
        }),
      ])
      if (reservation?.status !== 'fulfilled' || reservation.value.kind !== 'reserved') continue
      await store.settle({ ack: newAck(asked.command, turn % 3 === 0 ? 'refused' : 'opened'), atMs: T0 })
    }
  }
  await Promise.all([1, 2, 3, 4].map(onDoor))
  for (const n of [1, 2, 3, 4]) {
    const versions = (await store.eventsOf(lockId(n), { afterVersion: 0, limit: 9_999 })).map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, at) => at + 1))
  }
  expect(inconsistencies(dataDir)).toEqual([])
})

test('reads answer, with what was committed before, while a commit takes long', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ commitDelayMs: 300 })
  let committed = false
  const reservation = store.reserve(newReserve(lockId(1), keyUuid(1))).then(() => {
    committed = true
  })
  let reads = 0
  while (!committed) {
    if ((await countersOf(store, 1)).held === 0) reads += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  await reservation
  expect(reads).toBeGreaterThan(100)
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
})

test('jobs that arrive during a commit share the next one', async () => {
  const { store, faults } = await storeSite()
  for (let n = 1; n <= 40; n += 1) await makeDoor(store, n)
  // At most two commits fail: when all forty jobs fail, they shared no more than two.
  // So long that a busy machine hands over the others meanwhile.
  faults.set({ commitDelayMs: 400, failCommits: { times: 2, code: 'SQLITE_FULL' } })
  const first = store.reserve(newReserve(lockId(1), keyUuid(1)))
  await new Promise((resolve) => setImmediate(resolve))
  const rest = Array.from({ length: 39 }, (_, n) => store.reserve(newReserve(lockId(n + 2), keyUuid(n + 2))))
  const results = kindsOf(await Promise.allSettled([first, ...rest]))
  expect(results.every((kind) => kind === 'fault')).toBe(true)
  faults.set({})
  expect((await store.reserve(newReserve(lockId(1), keyUuid(1)))).kind).toBe('reserved')
})

test('refuses to let more than 10,000 jobs wait for the disk', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ commitDelayMs: 20 })
  const posted = Array.from({ length: 10_001 }, () => store.keepTime({ atMs: T0 }))
  const results = await Promise.allSettled(posted)
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(results.at(-1)).toMatchObject({ reason: { name: 'StoreFault' } })
})

test('what is posted before close is stored, and what comes after it is a fault', async () => {
  const site = await storeSite()
  await makeDoor(site.store, 1)
  const reservation = site.store.reserve(newReserve(lockId(1), keyUuid(1)))
  const restarted = await site.restart()
  expect((await reservation).kind).toBe('reserved')
  await expect(site.store.keepTime({ atMs: T0 })).rejects.toThrow(StoreFault)
  await expect(site.store.findTempKey(keyUuid(1))).rejects.toThrow(StoreFault)
  expect(await countersOf(restarted.store, 1)).toEqual({ used: 0, held: 1 })
})

test('a job that waits for something does not compile', () => {
  // @ts-expect-error a transaction can't contain await
  jobTable({ late: async () => await Promise.resolve(1) })
  jobTable({ atOnce: () => 1 })
})

test.each([
  ['SQLITE_IOERR_FSYNC', true],
  ['SQLITE_FULL', false],
] as const)('a commit that fails with %s may be stored all the same: %s', async (code, mayBeStored) => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ failCommits: { times: 1, code } })
  const reserving = store.reserve(newReserve(lockId(1), keyUuid(1)))
  await expect(reserving).rejects.toMatchObject({ name: 'StoreFault', mayBeStored })
})

test('a job that fails by itself is certainly not stored', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ failJobs: { name: 'reserve', times: 1, code: 'SQLITE_IOERR_READ' } })
  const reserving = store.reserve(newReserve(lockId(1), keyUuid(1)))
  await expect(reserving).rejects.toMatchObject({ name: 'StoreFault', mayBeStored: false })
})
