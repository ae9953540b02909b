import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { LockId } from '#protocol/ids.ts'
import { createLock, updateLock } from '#store/locks.ts'
import { directTransaction } from './direct-transaction.ts'
import { lockId, newLock, T0 } from './store-site.ts'

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
    const page = site.tx.feedAfter(seq, locks, limit)
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
  const quiet = [lockId(77), lockId(101)]
  const started = performance.now()
  for (let count = 0; count < 200; count += 1) site.tx.feedAfter(0, quiet, 10)
  const withAll = performance.now() - started
  const again = performance.now()
  for (let count = 0; count < 200; count += 1) site.tx.feedAfter(0, null, 500)
  expect(withAll).toBeLessThan(performance.now() - again)
})

test('of nobody’s locks is empty, and goes on from the newest event', () => {
  expect(site.tx.feedAfter(5, [], 10)).toEqual({ events: [], lastSeq: happened.length, more: false })
})
