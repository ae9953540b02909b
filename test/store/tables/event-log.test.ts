import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import {
  BEGINNING,
  comparePlaces,
  type LogEventType,
  type LogPlace,
  type LogQuery,
  type LogRow,
} from '#domain/events/event-log.ts'
import type { LockId } from '#protocol/ids.ts'
import { createLock, updateLock } from '#store/jobs/locks.ts'
import { recordSiteEvent } from '#store/jobs/record.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { inOneGo } from '#test/store/support/in-one-go.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'

const HOUR_MS = 3_600_000
const LOCKS = 130
const by = { kind: 'owner' } as const
const site = directTransaction()
afterAll(site.end)

/** The clock goes on, and now and then it is set back by hours. */
let atMs = T0
let seed = 7
const random = (below: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed % below
}
function happen(count: number): void {
  site.database.exec('BEGIN')
  for (let n = 0; n < count; n += 1) {
    atMs += random(10) === 0 ? -random(3 * HOUR_MS) : random(HOUR_MS)
    if (random(7) === 0) recordSiteEvent(site.tx, { type: 'LogRead', atMs, data: { by: 'owner' } })
    const lock = lockId(1 + random(n % 3 === 0 ? LOCKS : 4))
    updateLock(site.tx, { lockId: lock, changes: { name: `name ${seed}` }, by, atMs })
  }
  site.database.exec('COMMIT')
}
site.database.exec('BEGIN')
for (let n = 1; n <= LOCKS; n += 1) createLock(site.tx, { lock: newLock(n), by, atMs: T0 })
site.database.exec('COMMIT')
happen(2_500)

const placeOf = (row: LogRow): LogPlace =>
  row.kind === 'lock' ? { seq: row.event.seq, site: 0 } : { seq: row.event.afterSeq, site: row.event.id }
const nameOf = ({ seq, site: of }: LogPlace): string => `${seq}/${of}`

interface Happened extends LogPlace {
  readonly lockId: LockId | null
  readonly type: string
  readonly atMs: number
}
const allThatHappened = (): readonly Happened[] =>
  site.database
    .prepare<[], Happened>(
      `SELECT seq, 0 AS site, lock_id AS lockId, type, at_ms AS atMs FROM events
       UNION ALL SELECT after_seq, id, NULL, type, at_ms FROM site_events ORDER BY 1 DESC, 2 DESC`,
    )
    .all()

const newest = (): LogPlace => ({ seq: site.tx.lastSeq(), site: site.tx.lastSiteEvent() + 1 })
const ASKED: LogQuery = {
  ...{ before: BEGINNING, after: BEGINNING, locks: null, withSite: true, types: null, sinceMs: null, untilMs: null },
  limit: 50,
  isWanted: () => true,
}

/** Everything that a reader is told who goes through all pages. @param meanwhile happens between two pages */
function read(asked: Partial<LogQuery>, meanwhile: () => void = () => {}): string[] {
  const told: string[] = []
  for (let before: LogPlace | null = asked.before ?? newest(), pages = 0; before !== null; pages += 1) {
    const page: { rows: readonly LogRow[]; lookedTo: LogPlace | null } = inOneGo(
      site.tx.logBefore({ ...ASKED, ...asked, before }),
    )
    expect(page.rows.length).toBeLessThanOrEqual(asked.limit ?? ASKED.limit)
    told.push(...page.rows.map(placeOf).map(nameOf))
    if (page.lookedTo !== null) expect(comparePlaces(page.lookedTo, before), 'it goes on').toBeLessThan(0)
    expect(pages).toBeLessThan(5_000)
    before = page.lookedTo
    meanwhile()
  }
  return told
}

const someLocks = fc.oneof(
  fc.constant(null),
  fc.uniqueArray(fc.integer({ min: 1, max: LOCKS }), { maxLength: 4 }),
  fc.uniqueArray(fc.integer({ min: 1, max: LOCKS }), { minLength: 101, maxLength: LOCKS }),
)
const someTime = fc.option(fc.integer({ min: T0 - HOUR_MS, max: atMs + HOUR_MS }), { nil: null })
const TYPES: readonly LogEventType[][] = [['LogRead'], ['LockCreated'], ['LockUpdated', 'LogRead']]
const someTypes = fc.option(fc.constantFrom(...TYPES), { nil: null })

test('tells every event that is asked for once, newest first, whatever the pages, the doors and the clock', () => {
  const all = allThatHappened()
  fc.assert(
    fc.property(
      fc.record({ numbers: someLocks, withSite: fc.boolean(), types: someTypes, sinceMs: someTime, untilMs: someTime }),
      fc.integer({ min: 1, max: 400 }),
      fc.option(fc.nat({ max: all.length - 1 }), { nil: null }),
      ({ numbers, withSite, types, sinceMs, untilMs }, limit, afterAt) => {
        const locks = numbers === null ? null : new Set(numbers.map(lockId))
        const after = (afterAt === null ? undefined : all[afterAt]) ?? BEGINNING
        const expected = all
          .filter((each) => (each.lockId === null ? withSite : locks === null || locks.has(each.lockId)))
          .filter(({ type }) => types === null || types.some((name) => name === type))
          .filter((each) => (sinceMs === null || each.atMs >= sinceMs) && (untilMs === null || each.atMs < untilMs))
          .filter((each) => comparePlaces(each, after) > 0)
        const ofTypes = types === null ? null : new Set(types)
        const asked = { locks, withSite, sinceMs, untilMs, limit, after, types: ofTypes }
        expect(read(asked)).toEqual(expected.map(nameOf))
      },
    ),
    { numRuns: 150 },
  )
})

test('tells those from before a reader began once each, while events are written between his pages', () => {
  const before = newest()
  const expected = allThatHappened().map(nameOf)
  expect(read({ limit: 40, before }, () => happen(3))).toEqual(expected)
  const known = { seq: before.seq, site: before.site - 1 }
  const later = allThatHappened().filter((each) => comparePlaces(each, known) > 0)
  expect(later.length).toBeGreaterThan(100)
  expect(read({ after: known }), 'and those that came meanwhile are newer').toEqual(later.map(nameOf))
})

test('looks at a bounded number for one page, and goes on from there', () => {
  site.database.exec('BEGIN')
  const rename = (n: number) => updateLock(site.tx, { lockId: lockId(9), changes: { name: `n ${n}` }, by, atMs })
  for (let n = 0; n < 21_000; n += 1) rename(n)
  site.database.exec('COMMIT')
  const page = inOneGo(site.tx.logBefore({ ...ASKED, before: newest(), isWanted: () => false }))
  expect(page.rows).toEqual([])
  expect(newest().seq - (page.lookedTo?.seq ?? 0)).toBeLessThan(20_200)
  expect(read({ types: new Set(['LockCreated']), limit: 500 })).toHaveLength(LOCKS)
})
