import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { LockId } from '#protocol/ids.ts'
import { createLock, updateLock } from '#store/jobs/locks.ts'
import { LongReads } from '#store/long-reads.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { inOneGo } from '#test/store/support/in-one-go.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'

const site = directTransaction()
afterAll(site.end)
const by = { kind: 'owner' } as const
const LOCKS = 130

/** Some locks are busy, most are quiet; each event names its lock. */
const happened: { seq: number; lockId: LockId }[] = []
site.database.exec('BEGIN')
for (let n = 1; n <= LOCKS; n += 1) createLock(site.tx, { lock: newLock(n), by, atMs: T0 })
let seed = 7
for (let count = 0; count < 6_000; count += 1) {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  const lock = lockId(1 + (seed % (count % 3 === 0 ? LOCKS : 4)))
  updateLock(site.tx, { lockId: lock, changes: { name: `name ${count}` }, by, atMs: T0 + count })
}
site.database.exec('COMMIT')
happened.push(
  ...site.database
    .prepare<[], { seq: number; lockId: LockId }>('SELECT seq, lock_id AS lockId FROM events ORDER BY seq')
    .all(),
)

/** Everything that a reader with these pages is told, beginning after `seq`. */
function read(after: number, locks: readonly LockId[] | null, limit: number): number[] {
  const told: number[] = []
  for (let seq = after, pages = 0; ; pages += 1) {
    const page = inOneGo(site.tx.feedAfter(seq, locks === null ? null : new Set(locks), limit))
    expect(page.events.length).toBeLessThanOrEqual(limit)
    expect(page.lastSeq).toBeGreaterThanOrEqual(seq)
    told.push(...page.events.map((event) => event.seq))
    if (!page.more) return told
    expect(page.lastSeq, 'it goes on').toBeGreaterThan(seq)
    expect(pages).toBeLessThan(10_000)
    seq = page.lastSeq
  }
}

test('tells each event of the wanted locks once and in order, whatever the pages, few locks or many', () => {
  const all = Array.from({ length: LOCKS }, (_, index) => lockId(index + 1))
  const wanted = fc.oneof(fc.subarray(all, { maxLength: 5 }), fc.subarray(all, { minLength: 90 }), fc.constant(null))
  fc.assert(
    fc.property(
      wanted,
      fc.integer({ min: 0, max: 6_200 }),
      fc.integer({ min: 20, max: 500 }),
      (locks, after, limit) => {
        const set = locks === null ? null : new Set(locks)
        const expected = happened.filter(({ seq, lockId: of }) => seq > after && (set === null || set.has(of)))
        expect(read(after, locks, limit)).toEqual(expected.map(({ seq }) => seq))
      },
    ),
    { numRuns: 60 },
  )
})

test('costs a caller of few quiet locks a few look-ups, however much happened at the others', () => {
  const quiet = new Set([lockId(77), lockId(101)])
  const started = performance.now()
  for (let count = 0; count < 200; count += 1) inOneGo(site.tx.feedAfter(0, quiet, 10))
  const withAll = performance.now() - started
  const again = performance.now()
  for (let count = 0; count < 200; count += 1) inOneGo(site.tx.feedAfter(0, null, 500))
  expect(withAll).toBeLessThan(performance.now() - again)
})

test('of nobody’s locks is empty, and goes on from the newest event', () => {
  expect(inOneGo(site.tx.feedAfter(5, new Set(), 10))).toEqual({ events: [], lastSeq: happened.length, more: false })
})

describe('to whoever has many locks where nothing happens, in a store with a year of others', () => {
  const store = directTransaction()
  afterAll(store.end)
  store.database.exec('BEGIN')
  createLock(store.tx, { lock: newLock(1), by, atMs: T0 })
  const prepared = new Set(Array.from({ length: 150 }, (_, index) => lockId(index + 2)))
  for (const lock of prepared) createLock(store.tx, { lock: newLock(lock), by, atMs: T0 })
  store.database.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
    INSERT INTO events SELECT 151 + i, 1, 1 + i, 'LockUpdated', ${T0}, '{}', '{}' FROM n; COMMIT`)
  const HEAD = 300_151

  test('asks the locks, and does not look through all that happened at the others', () => {
    let steps = 0
    const reading = store.tx.feedAfter(151, prepared, 100)
    for (;;) {
      const next = reading.next()
      if (next.done !== true) {
        steps += 1
        continue
      }
      expect(next.value).toEqual({ events: [], lastSeq: HEAD, more: false })
      break
    }
    // 2,000 events a step would be 150 of them.
    expect(steps).toBeLessThan(5)
  })

  test('reads for many streams at once one step in each turn of the loop, and rests as long as it works', async () => {
    const reads = new LongReads({ rests: true })
    const readers = 40
    let running = readers
    let [turns, stepsInTurn, most, workedMs] = [0, 0, 0, 0]
    const turn = () => {
      turns += 1
      stepsInTurn = 0
      if (running > 0) setImmediate(turn)
    }
    const step = <T>(query: () => T): T => {
      stepsInTurn += 1
      most = Math.max(most, stepsInTurn)
      const startedMs = performance.now()
      const result = query()
      workedMs += performance.now() - startedMs
      return result
    }
    setImmediate(turn)
    const startedMs = performance.now()
    await Promise.all(
      Array.from({ length: readers }, async () => {
        const page = await reads.run(() => store.tx.feedAfter(0, prepared, 100), step)
        expect(page.events).toHaveLength(100)
        running -= 1
      }),
    )
    // To begin a page and to take its first step.
    expect(most).toBeLessThanOrEqual(3)
    expect(turns).toBeGreaterThanOrEqual(readers)
    expect(performance.now() - startedMs).toBeGreaterThan(1.8 * workedMs)
  })

  test('stops reading once nobody wants the page', () => {
    const end = new AbortController()
    const reading = store.tx.feedAfter(151, prepared, 100, end.signal)
    expect(reading.next().done).toBe(false)
    end.abort()
    expect(inOneGo(reading)).toEqual({ events: [], lastSeq: 2_151, more: true })
  })
})
