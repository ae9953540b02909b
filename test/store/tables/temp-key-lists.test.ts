import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyListing } from '#domain/temp-keys/temp-key-changes.ts'
import { createLock } from '#store/jobs/locks.ts'
import { createTempKey } from '#store/jobs/temp-keys.ts'
import { LongReads } from '#store/long-reads.ts'
import { USERS_IN_A_PAGE } from '#store/tables/temp-key-lists.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { keyUuid, lockId, newKey, newLock, T0, userId } from '#test/store/support/store-site.ts'

const { database, tx, end } = directTransaction()
afterAll(end)

const by = { kind: 'owner' } as const
const crowd = Array.from({ length: 1_000 }, (_, n) => userId(`user-${n}`))
/** Door 1: many keys of which a few are expired. Door 2: keys for crowds. */
beforeAll(() => {
  database.exec('BEGIN')
  for (const n of [1, 2]) createLock(tx, { lock: newLock(n), by, atMs: T0 })
  for (let n = 0; n < 2_300; n += 1) {
    const ended = n % 100 === 7 ? { validFromMs: T0 - 9_000, validUntilMs: T0 - 1_000 } : {}
    createTempKey(tx, { key: newKey(n, { lockId: lockId(1), ...ended }), by, atMs: T0 })
  }
  for (let n = 0; n < 25; n += 1) {
    const key = newKey(10_000 + n, { lockId: lockId(2), accessMode: 'user-whitelist', allowedUserIds: crowd })
    createTempKey(tx, { key, by, atMs: T0 })
  }
  database.exec('COMMIT')
})

interface Read {
  readonly uuids: readonly string[]
  readonly users: number
  readonly next: string | null
  readonly steps: number
}
function read(door: number, listing: Partial<TempKeyListing>): Read {
  const page = { limit: 100, cursor: null, includeRevoked: false, ...listing }
  const list = tx.listTempKeys(lockId(door), page)
  for (let steps = 1; ; steps += 1) {
    const step = list.next()
    if (step.done !== true) continue
    const { keys, nextCursor } = step.value
    const users = keys.reduce((sum, { allowedUserIds }) => sum + allowedUserIds.length, 0)
    return { uuids: keys.map(({ uuid }) => uuid), users, next: nextCursor, steps }
  }
}
function readAll(door: number, listing: Partial<TempKeyListing>): Read[] {
  const pages: Read[] = []
  let cursor: string | null = null
  do {
    const page = read(door, { ...listing, cursor })
    pages.push(page)
    cursor = page.next
  } while (cursor !== null)
  return pages
}
const status = (is: TempKeyStatus) => ({ status: { is, atMs: T0 } })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => n + from)

test('a list by status finds each of its keys once, in order, looking at a few hundred rows at a time', () => {
  const expired = numbers(0, 2_300)
    .filter((n) => n % 100 === 7)
    .map(keyUuid)
  const pages = readAll(1, { limit: 5, ...status('expired') })
  expect(pages.flatMap(({ uuids }) => uuids)).toEqual(expired)
  expect(pages.slice(0, -1).map(({ uuids }) => uuids.length)).toEqual([5, 5, 5, 5])
  const [whole] = readAll(1, { limit: 1_000, ...status('expired') })
  expect(whole).toMatchObject({ uuids: expired, next: null })
  // 2,300 rows in steps of 500.
  expect(whole?.steps).toBeGreaterThanOrEqual(5)
})

test('a list that nothing fits ends, and a page that is full to the last key knows whether there are more', () => {
  expect(readAll(1, { limit: 10, ...status('used-up') })).toMatchObject([{ uuids: [], next: null }])
  expect(read(1, { limit: 23, ...status('expired') })).toMatchObject({ next: null })
  expect(read(1, { limit: 22, ...status('expired') }).next).not.toBeNull()
  expect(read(1, { limit: 2_300 })).toMatchObject({ next: null, uuids: { length: 2_300 } })
  expect(read(1, { limit: 2_299 }).next).not.toBeNull()
})

test('keys that name many users make shorter pages, each key once, and no step that reads them all', () => {
  const pages = readAll(2, { limit: 2_000 })
  expect(pages.flatMap(({ uuids }) => uuids)).toEqual(numbers(10_000, 10_025).map(keyUuid))
  for (const { users, uuids, steps } of pages) {
    expect(users).toBeLessThanOrEqual(USERS_IN_A_PAGE)
    expect(steps).toBeGreaterThanOrEqual(uuids.length)
  }
  expect(pages.map(({ uuids }) => uuids.length)).toEqual([10, 10, 5])
})

test('where nobody knows of pages, the newest are told as far as there is room for their users', () => {
  const newest = read(2, { limit: 1_000, newest: true })
  expect(newest).toMatchObject({ next: null, users: USERS_IN_A_PAGE })
  expect(newest.uuids).toEqual(numbers(10_015, 10_025).map(keyUuid))
})

test('keys of crowds are gathered for memory a few at a time, and none is left out', () => {
  const gathered: string[] = []
  let cursor: number | null = null
  do {
    const page = tx.newestTempKeys(cursor, 100)
    const users = page.keys.reduce((sum, { allowedUserIds }) => sum + allowedUserIds.length, 0)
    expect(users).toBeLessThanOrEqual(1_000)
    gathered.push(...page.keys.map(({ uuid }) => uuid))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(gathered).toEqual([...numbers(0, 2_300), ...numbers(10_000, 10_025)].reverse().map(keyUuid))
})

test('lists of many people read one step in each turn of the loop, all together', async () => {
  const reads = new LongReads()
  let turns = 0
  let stepsInTurn = 0
  let most = 0
  const turn = () => {
    turns += 1
    stepsInTurn = 0
    if (running > 0) setImmediate(turn)
  }
  let running = 10
  setImmediate(turn)
  const step = <T>(query: () => T): T => {
    stepsInTurn += 1
    most = Math.max(most, stepsInTurn)
    return query()
  }
  const listing = { limit: 1_000, cursor: null, includeRevoked: false, ...status('expired') }
  await Promise.all(
    Array.from({ length: running }, async () => {
      const page = await reads.run(() => tx.listTempKeys(lockId(1), listing), step)
      expect(page.keys).toHaveLength(23)
      running -= 1
    }),
  )
  // To begin a list and to take its first step.
  expect(most).toBeLessThanOrEqual(3)
  expect(turns).toBeGreaterThanOrEqual(50)
})
