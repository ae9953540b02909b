import type { Database } from 'better-sqlite3'
import type { EventFeed, FeedPage } from '#domain/event-feed.ts'
import type { LockEvent } from '#domain/events.ts'
import type { LockId } from '#protocol/ids.ts'
import { EVENT_COLUMNS, type EventRow, toEvent } from './events.ts'
import type { Reader } from './reader.ts'

/** Up to here the events of each lock are merged; for more locks all events are looked through. */
const MERGED_LOCKS_MAX = 100
/** Events that one call looks through for those of many locks; then it answers with what it found, and where it is. */
const LOOKED_THROUGH = 2_000

/**
 * A caller that sees few of many locks must not pay for what happens at the others. Within one lock `seq` grows with
 * `version`, and versions have no gap: the index that is there already finds a lock's first event after a `seq`.
 */
export function feedReads(database: Database) {
  const after = database.prepare<[number, number], EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const bySeq = database.prepare<[number], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE seq = ?`)
  const whose = database.prepare<[number, number], { seq: number; lockId: LockId }>(
    'SELECT seq, lock_id AS lockId FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const newest = database.prepare<[LockId], { seq: number; version: number }>(
    'SELECT seq, version FROM events WHERE lock_id = ? ORDER BY version DESC LIMIT 1',
  )
  const seqAt = database.prepare<[LockId, number], { seq: number }>(
    'SELECT seq FROM events WHERE lock_id = ? AND version = ?',
  )
  const last = database.prepare<[], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events')

  const seqOf = (lockId: LockId, version: number): number => seqAt.get(lockId, version)?.seq ?? Number.POSITIVE_INFINITY
  const eventAt = (seq: number): LockEvent => {
    const row = bySeq.get(seq)
    if (row === undefined) throw new Error(`no event ${seq}`)
    return toEvent(row)
  }

  /** The lock's first event after `seq`; null when there is none. */
  function firstAfter(lockId: LockId, seq: number): { lockId: LockId; version: number; seq: number } | null {
    const end = newest.get(lockId)
    if (end === undefined || end.seq <= seq) return null
    let [low, high] = [1, end.version]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (seqOf(lockId, middle) > seq) high = middle
      else low = middle + 1
    }
    return { lockId, version: low, seq: seqOf(lockId, low) }
  }

  /** @param head nothing after it: what is committed meanwhile is for the next page */
  function merged(seq: number, head: number, locks: readonly LockId[], limit: number): FeedPage {
    if (head <= seq) return { events: [], lastSeq: seq, more: false }
    const next = locks.flatMap((lockId) => firstAfter(lockId, seq) ?? [])
    const events: LockEvent[] = []
    for (;;) {
      const first = next.reduce<(typeof next)[number] | null>(
        (least, each) => (least === null || each.seq < least.seq ? each : least),
        null,
      )
      if (first === null || first.seq > head) return { events, lastSeq: head, more: false }
      if (events.length === limit) return { events, lastSeq: events.at(-1)?.seq ?? seq, more: true }
      events.push(eventAt(first.seq))
      first.version += 1
      first.seq = seqOf(first.lockId, first.version)
    }
  }

  function lookedThrough(seq: number, locks: ReadonlySet<LockId>, limit: number): FeedPage {
    const rows = whose.all(seq, LOOKED_THROUGH)
    const wanted = rows.filter(({ lockId }) => locks.has(lockId))
    const shown = wanted.slice(0, limit)
    const isCut = wanted.length > limit
    const end = (isCut ? shown : rows).at(-1)?.seq ?? seq
    return { events: shown.map((row) => eventAt(row.seq)), lastSeq: end, more: isCut || rows.length === LOOKED_THROUGH }
  }

  return {
    feedAfter: (seq: number, locks: readonly LockId[] | null, limit: number): FeedPage => {
      if (locks !== null && locks.length <= MERGED_LOCKS_MAX) return merged(seq, last.get()?.seq ?? 0, locks, limit)
      if (locks !== null) return lookedThrough(seq, new Set(locks), limit)
      const events = after.all(seq, limit).map(toEvent)
      return { events, lastSeq: events.at(-1)?.seq ?? seq, more: events.length === limit }
    },
  }
}

export const eventFeed = (reader: Reader): EventFeed => ({
  lastSeq: async () => reader.read((reads) => reads.lastSeq()),
  eventsAfter: async (seq, locks, limit) => reader.read((reads) => reads.feedAfter(seq, locks, limit)),
})
