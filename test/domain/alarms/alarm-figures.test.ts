import { expect, test } from 'vitest'
import { alarmFigures } from '#domain/alarms/alarm-figures.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { lockId } from '#test/store/support/store-site.ts'

const DAY_MS = 86_400_000
/** Noon in Berlin, of the day after an autumn night that had an hour more. */
const NOW_MS = Date.UTC(2026, 9, 26, 11)
const zone = zoneNamed('Europe/Berlin')

const figuresOf = (counts: readonly (readonly [number, number])[], notices: readonly (readonly [number, number])[]) =>
  alarmFigures({
    ...{ zone, clock: { nowMs: () => NOW_MS }, locks: { get: () => null } },
    store: {
      countAlarms: async () => ({ counts: counts.map(([id, count]) => ({ lockId: lockId(id), count })), isAll: true }),
      countNotices: async () => notices.map(([fromMs, count]) => ({ fromMs, count })),
    },
  })

test('messages are counted by the days of the site, each of 30 days once, those without any too', async () => {
  const { messages } = await figuresOf(
    [],
    [
      // 00:30 in Berlin, which is the day before in UTC.
      [Date.UTC(2026, 9, 24, 22, 30), 2],
      [Date.UTC(2026, 9, 25, 22, 45), 3],
      [NOW_MS, 1],
    ],
  )
  expect(messages).toHaveLength(30)
  expect(messages.slice(-3)).toEqual([
    { date: '2026-10-24', count: 0 },
    { date: '2026-10-25', count: 5 },
    { date: '2026-10-26', count: 1 },
  ])
  expect(messages[0]?.date).toBe(zone.localOf(NOW_MS - 29 * DAY_MS).date)
})

test('the ten noisiest doors come first, and no more of them', async () => {
  const counts = Array.from({ length: 40 }, (_, n) => [n + 1, n % 20] as const)
  const { noisiest } = await figuresOf(counts, [])
  expect(noisiest.map((door) => [door.lockId, door.alarms])).toEqual([
    ...[
      [20, 19],
      [40, 19],
      [19, 18],
      [39, 18],
      [18, 17],
      [38, 17],
      [17, 16],
      [37, 16],
      [16, 15],
      [36, 15],
    ],
  ])
})
