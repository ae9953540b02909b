import { expect, test } from 'vitest'
import type { EventLog, LogQuery, LogRow } from '#domain/events/event-log.ts'
import { HOURS_SHOWN, opensLately } from '#domain/events/opens-by-hour.ts'
import { doorId } from '#test/http/support/console-doors.ts'

const NOW_MS = Date.parse('2026-11-24T12:30:00Z')
const HOUR_MS = 3_600_000
const clock = { nowMs: () => NOW_MS, monotonicMs: () => 0 }

const opened = (atMs: number, seq: number): LogRow => ({
  kind: 'lock',
  event: { seq, version: seq, lockId: doorId(1), type: 'LockOpened', atMs, chained: {}, plain: {} },
  ...{ opening: null, key: null },
})

test('opens are counted by the hour of seven days, page after page, and once for all who look', async () => {
  const asked: LogQuery[] = []
  const pages = [[opened(NOW_MS - 60_000, 9), opened(NOW_MS - HOUR_MS, 8)], [opened(NOW_MS - 6 * 24 * HOUR_MS, 3)]]
  const log: EventLog = {
    newest: async () => ({ seq: 9, site: 0 }),
    rowsBefore: async (query) => {
      const rows = pages[asked.length] ?? []
      asked.push(query)
      return { rows, lookedTo: asked.length < pages.length ? { seq: 5, site: 0 } : null }
    },
  }
  const count = opensLately(log, clock)
  const [opens] = await Promise.all([count.get(), count.get()])
  expect(asked).toHaveLength(2)
  expect(opens.isAll).toBe(true)
  expect(opens.counts).toHaveLength(HOURS_SHOWN)
  expect(opens.counts.slice(-2)).toEqual([1, 1])
  expect(opens.counts.reduce((sum, each) => sum + each, 0)).toBe(3)
})
