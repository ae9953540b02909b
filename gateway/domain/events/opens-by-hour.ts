import type { Clock } from '#domain/time/clock.ts'
import { Lately } from '#domain/time/lately.ts'
import type { EventLog, LogPlace } from './event-log.ts'

const HOUR_MS = 3_600_000
export const HOURS_SHOWN = 7 * 24
/** Openings that are counted at most: a site with more shows its newest ones. */
const PAGES_MAX = 60
const AT_ONCE = 500
const GOOD_FOR_MS = 60_000

/** How often doors opened in each hour, the oldest first. */
export interface OpensByHour {
  /** UTC, of the first hour's beginning. */
  readonly fromMs: number
  readonly counts: readonly number[]
  /** False when there were more than are counted. */
  readonly isAll: boolean
}

/** Counted at most once a minute, however many look. */
export const opensLately = (log: EventLog, clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): Lately<OpensByHour> =>
  new Lately(() => countOpens(log, clock.nowMs()), GOOD_FOR_MS, clock)

async function countOpens(log: EventLog, nowMs: number): Promise<OpensByHour> {
  const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - (HOURS_SHOWN - 1) * HOUR_MS
  const counts = new Array<number>(HOURS_SHOWN).fill(0)
  const { seq } = await log.newest()
  let before: LogPlace | null = { seq: seq + 1, site: 0 }
  for (let page = 0; before !== null && page < PAGES_MAX; page += 1) {
    const query = { before, after: { seq: 0, site: 0 }, locks: null, withSite: false, types: OPENED, limit: AT_ONCE }
    const found = await log.rowsBefore({ ...query, sinceMs: fromMs, untilMs: null, isWanted: () => true }, null)
    for (const { event } of found.rows) {
      const hour = Math.floor((event.atMs - fromMs) / HOUR_MS)
      if (hour >= 0 && hour < HOURS_SHOWN) counts[hour] = (counts[hour] ?? 0) + 1
    }
    before = found.lookedTo
  }
  return { fromMs, counts, isAll: before === null }
}

const OPENED = new Set(['LockOpened'] as const)
