import { expect, test } from 'vitest'
import { weeklyTestChore, weeklyTests } from '#domain/delivery/weekly-test.ts'
import type { Recipient } from '#domain/notices/recipient.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { storeSite } from '#test/store/support/opened-site.ts'

const zone = zoneNamed('Europe/Berlin')
const recipient = (name: string, quietHours: Recipient['quietHours'] = null): Recipient => ({
  ...{ name, quietHours, leastSeverity: 'critical' },
})
const TEAM = recipient('team')
/** Monday. */
const at = (hour: number, minute = 0, day = 30): number => Date.UTC(2026, 10, day, hour - 1, minute)
const told = (nowMs: number, recipients = [TEAM]) => weeklyTests('north', recipients, zone, nowMs)

test.each([
  { what: 'on Monday before eight', nowMs: at(7, 59), count: 0 },
  { what: 'on Monday at eight', nowMs: at(8), count: 1 },
  { what: 'on Monday late, because the gateway was away', nowMs: at(23, 59), count: 1 },
  { what: 'on Tuesday', nowMs: at(8, 0, 31), count: 0 },
  { what: 'on the Monday after the clocks went back, by the wall clock', nowMs: Date.UTC(2026, 9, 26, 7), count: 1 },
  { what: 'and an hour before that', nowMs: Date.UTC(2026, 9, 26, 6, 59), count: 0 },
])('a test message goes out $what: $count', ({ nowMs, count }) => {
  expect(told(nowMs)).toHaveLength(count)
})

test('whoever has quiet hours then is tested after them, and whoever hears of critical alarms alone is tested too', () => {
  const late = recipient('late', { fromMinute: 22 * 60, untilMinute: 9 * 60 })
  expect(told(at(8), [TEAM, late]).map(({ recipient: name }) => name)).toEqual(['team'])
  expect(told(at(9), [TEAM, late]).map(({ recipient: name }) => name)).toEqual(['team', 'late'])
})

test('the message of one week is one, however often the gateway starts, and the next week’s is another', async () => {
  const { notices: store } = await storeSite()
  let kept = 0
  const newChore = () =>
    weeklyTestChore({
      ...{ siteId: 'north', recipients: [TEAM], zone, store },
      kept: () => {
        kept += 1
      },
    })
  const chore = newChore()
  await chore(at(8))
  await chore(at(8, 1))
  expect(kept).toBe(1)
  await newChore()(at(10))
  expect(await store.waitingNotices(9)).toMatchObject([{ notice: { recipient: 'team', sort: 'test' } }])
  await chore(at(8) + 7 * 86_400_000)
  expect(await store.waitingNotices(9)).toHaveLength(2)
})
