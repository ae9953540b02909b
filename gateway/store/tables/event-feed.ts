import type { Database } from 'better-sqlite3'
import type { FeedPage } from '#domain/events/event-feed.ts'
import type { LockEvent } from '#domain/events/events.ts'
import type { LockId } from '#protocol/ids.ts'
import { EVENT_COLUMNS, type EventRow, toEvent } from './events.ts'
import type { InSteps } from './temp-key-lists.ts'

/** For up to this many locks their events are merged; for more, all events are scanned first. */
const MERGED_LOCKS_MAX = 100
/** Events that one step looks through for those of many locks: two or three milliseconds on a small machine. */
const LOOKED_THROUGH = 2_000
/** Finding a lock's next event costs as much as looking at this many events of others. */
const EVENTS_PER_LOOK_UP = 10
/** Locks that one step finds the next event of, and events that it reads. */
const LOCKS_AT_ONCE = 100
const READ_AT_ONCE = 100

/**
 * A caller that sees few of many locks must not pay for what happens at the others. Within one lock `seq` grows with
 * `version`, and versions have no gap: the index that is there already finds a lock's first event after a `seq`.
 */
export function feedReads(database: Database) {
  const after = database.prepare<[number, number], EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const bySeq = database.prepare<[number], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE seq = ?`)
  const whose = database.prepare<[number, number, number], { seq: number; lockId: LockId }>(
    'SELECT seq, lock_id AS lockId FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
  )
  const newest = database.prepare<[LockId], { seq: number; version: number }>(
    'SELECT seq, version FROM events WHERE lock_id = ? ORDER BY version DESC LIMIT 1',
  )
  const seqAt = database.prepare<[LockId, number], { seq: number }>(
    'SELECT seq FROM events WHERE lock_id = ? AND version = ?',
  )
  const last = database.prepare<[], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events')

  const seqOf = (lockId: LockId, version: number): number => seqAt.get(lockId, version)?.seq ?? Number.POSITIVE_INFINITY
  function* eventsAt(seqs: readonly number[]): InSteps<readonly LockEvent[]> {
    const events: LockEvent[] = []
    for (const seq of seqs) {
      const row = bySeq.get(seq)
      if (row === undefined) throw new Error(`no event ${seq}`)
      events.push(toEvent(row))
      if (events.length % READ_AT_ONCE === 0) yield
    }
    return events
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
  function* merged(seq: number, head: number, locks: ReadonlySet<LockId>, limit: number): InSteps<FeedPage> {
    const next: { lockId: LockId; version: number; seq: number }[] = []
    for (const lockId of locks) {
      const first = firstAfter(lockId, seq)
      if (first !== null) next.push(first)
    }
    const seqs: number[] = []
    for (;;) {
      const first = next.reduce<(typeof next)[number] | null>(
        (least, each) => (least === null || each.seq < least.seq ? each : least),
        null,
      )
      const isEnd = first === null || first.seq > head
      if (isEnd || seqs.length === limit) {
        const events = yield* eventsAt(seqs)
        return { events, lastSeq: isEnd ? head : (seqs.at(-1) ?? seq), more: !isEnd }
      }
      seqs.push(first.seq)
      first.version += 1
      first.seq = seqOf(first.lockId, first.version)
      if (seqs.length % READ_AT_ONCE === 0) yield
    }
  }

  /**
   * Two ways to the next events: scan all events, which is quick when many are of these locks, or look up each lock's
   * next one, which is quick when few are. Scans for as long as the look-ups would take and then looks up, so it never
   * costs much more than the better of the two.
   */
  function* lookedThrough(
    from: number,
    head: number,
    locks: ReadonlySet<LockId>,
    limit: number,
    end: AbortSignal | null,
  ): InSteps<FeedPage> {
    let seq = from
    for (let lookedAt = 0; seq < head && end?.aborted !== true; ) {
      const rows = whose.all(seq, head, LOOKED_THROUGH)
      const wanted = rows.filter(({ lockId }) => locks.has(lockId)).map((row) => row.seq)
      const looked = rows.at(-1)?.seq ?? head
      if (wanted.length > 0) {
        yield
        const events = yield* eventsAt(wanted.slice(0, limit))
        const lastSeq = wanted.length > limit ? (events.at(-1)?.seq ?? from) : looked
        return { events, lastSeq, more: lastSeq < head }
      }
      seq = looked
      lookedAt += rows.length
      yield
      if (lookedAt < locks.size * EVENTS_PER_LOOK_UP) continue
      lookedAt = 0
      seq = Math.min(head, (yield* firstOf(locks, seq, end)) - 1)
    }
    return { events: [], lastSeq: seq, more: seq < head }
  }

  /** The first event after `seq` of any of them; infinite when there is none. */
  function* firstOf(locks: ReadonlySet<LockId>, seq: number, end: AbortSignal | null): InSteps<number> {
    let first = Number.POSITIVE_INFINITY
    let asked = 0
    for (const lockId of locks) {
      first = Math.min(first, firstAfter(lockId, seq)?.seq ?? first)
      asked += 1
      if (asked % LOCKS_AT_ONCE > 0) continue
      yield
      if (end?.aborted === true) return seq + 1
    }
    return first
  }

  return {
    /** @param end once it is aborted nobody wants the page, and it is an empty one */
    *feedAfter(
      seq: number,
      locks: ReadonlySet<LockId> | null,
      limit: number,
      end: AbortSignal | null = null,
    ): InSteps<FeedPage> {
      if (locks === null) {
        const events = after.all(seq, limit).map(toEvent)
        return { events, lastSeq: events.at(-1)?.seq ?? seq, more: events.length === limit }
      }
      const head = last.get()?.seq ?? 0
      if (head <= seq) return { events: [], lastSeq: seq, more: false }
      if (locks.size <= MERGED_LOCKS_MAX) return yield* merged(seq, head, locks, limit)
      return yield* lookedThrough(seq, head, locks, limit, end)
    },
  }
}
