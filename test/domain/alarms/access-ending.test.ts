import { expect, test } from 'vitest'
import type { ApiKey } from '#domain/access/api-key.ts'
import type { Staff } from '#domain/access/staff.ts'
import { judgeAccessEnding } from '#domain/alarms/access-ending.ts'
import type { Sighting } from '#domain/alarms/alarm.ts'
import { newStaffId } from '#protocol/ids.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { apiKeyId, org } from '#test/support/ids.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** An access of this name, made at T0 unless said otherwise. */
const person = (name: string, untilMs: number, createdAtMs = T0): Staff => ({
  ...{ id: newStaffId(), name, role: 'technician', codeHash: '', createdAtMs, createdBy: 'owner', untilMs },
  ...{ removedAtMs: null, lastUsedAtMs: null },
})
const program = (name: string, expiresAtMs: number): ApiKey => ({
  ...{ id: apiKeyId('0123456789abcdef'), secretHash: '', organization: org('acme'), name, scopes: ['keys:read'] },
  ...{ createdAtMs: T0, lastUsedAtMs: null, expiresAtMs, revokedAtMs: null },
})
const seenAt = (nowMs: number, staff: readonly Staff[], keys: readonly ApiKey[] = []): Sighting | undefined =>
  judgeAccessEnding({ keys, staff }, nowMs, () => true).sightings[0]
const weightAt = (nowMs: number, ...staff: readonly Staff[]): number => seenAt(nowMs, staff)?.weight ?? 0

test.each([
  { given: 90 * DAY_MS, toldBefore: 7 * DAY_MS },
  { given: 14 * DAY_MS, toldBefore: 7 * DAY_MS },
  { given: 2 * DAY_MS, toldBefore: DAY_MS },
  { given: 2 * HOUR_MS, toldBefore: HOUR_MS },
])('an access of $given ms is told of $toldBefore ms before its end and as long after it, and not before', (times) => {
  const endsMs = T0 + times.given
  for (const [staff, keys] of [
    [[person('Ada', endsMs)], []],
    [[], [program('desk', endsMs)]],
  ] as const) {
    const isTold = (atMs: number): boolean => seenAt(atMs, staff, keys) !== undefined
    expect(isTold(endsMs - times.toldBefore - 1)).toBe(false)
    expect(isTold(endsMs - times.toldBefore)).toBe(true)
    expect(isTold(endsMs + times.toldBefore)).toBe(true)
    expect(isTold(endsMs + times.toldBefore + 1)).toBe(false)
  }
})

test('is worse when one more is about to end, though another was renewed in the same moment, and no worse when fewer are', () => {
  const [ada, bob, eve] = [90, 92, 95].map((days) => person(`p${days}`, T0 + days * DAY_MS))
  if (ada === undefined || bob === undefined || eve === undefined) throw new Error('three people')
  const two = weightAt(T0 + 86 * DAY_MS, ada, bob, eve)
  // Ada has more time by now, and Eve's is short.
  const other = weightAt(T0 + 88.5 * DAY_MS, person('p90', T0 + 300 * DAY_MS), bob, eve)
  expect(other).toBeGreaterThan(two)
  expect(weightAt(T0 + 88.5 * DAY_MS, eve)).toBe(other)
  expect(weightAt(T0 + 88.5 * DAY_MS, bob)).toBeLessThan(other)
})

test('is worse when it has ended', () => {
  const ada = person('Ada', T0 + 90 * DAY_MS)
  expect(weightAt(T0 + 90 * DAY_MS, ada)).toBeGreaterThan(weightAt(T0 + 90 * DAY_MS - 1, ada))
})

test('names the five that end first, of programs and of people, and how many more there are', () => {
  const staff = [7, 3, 6, 1, 5, 2, 4].map((n) => person(`Person ${n}`, T0 + 90 * DAY_MS + n))
  const advice = seenAt(T0 + 89 * DAY_MS, staff, [program('desk', T0 + 90 * DAY_MS)])?.advice ?? ''
  expect(advice).toContain('API keys: “desk” of acme ends ')
  expect(advice).toMatch(/Staff: Person 1 .*Person 2 .*Person 3 .*Person 4 .*Person 5 .* and 2 more[.] Give them more/)
  expect(advice).not.toContain('Person 6')
})
