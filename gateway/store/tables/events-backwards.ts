import type { Database } from 'better-sqlite3'
import type { LogPlace, LogQuery } from '#domain/events/event-log.ts'
import { SITE_EVENT_TYPES } from '#domain/events/site-event.ts'
import type { LockId } from '#protocol/ids.ts'
import type { SeqBounds } from './event-hours.ts'
import { EVENT_COLUMNS, type EventRow } from './events.ts'

/** For up to this many locks their events are merged; for more, all events are looked through. */
const MERGED_LOCKS_MAX = 100

const OF_SITE: ReadonlySet<string> = new Set(SITE_EVENT_TYPES)

/** The lock's next event towards the beginning. */
interface Next {
  readonly lockId: LockId
  readonly version: number
  readonly seq: number
}

/** Events of locks from the newest to the oldest, some at a time. */
export function eventsBackwards(database: Database) {
  const scan = database.prepare<[number, number, number], EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE seq < ? AND seq >= ? ORDER BY seq DESC LIMIT ?`,
  )
  const bySeq = database.prepare<[number], EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE seq = ?`)
  const newest = database.prepare<[LockId], { seq: number; version: number }>(
    'SELECT seq, version FROM events WHERE lock_id = ? ORDER BY version DESC LIMIT 1',
  )
  const seqAt = database.prepare<[LockId, number], { seq: number }>(
    'SELECT seq FROM events WHERE lock_id = ? AND version = ?',
  )
  const atVersion = (lockId: LockId, version: number): Next | null => {
    const seq = version < 1 ? undefined : seqAt.get(lockId, version)?.seq
    return seq === undefined ? null : { lockId, version, seq }
  }

  /** Within one lock `seq` grows with `version`, and versions have no gap: so its index by version finds a `seq`. */
  function lastBelow(lockId: LockId, seq: number): Next | null {
    const end = newest.get(lockId)
    if (end === undefined || end.seq < seq) return end === undefined ? null : { lockId, ...end }
    let [low, high] = [0, end.version]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((atVersion(lockId, middle)?.seq ?? 0) < seq) low = middle
      else high = middle - 1
    }
    return atVersion(lockId, low)
  }

  /** Takes turns among the locks, the newest first. */
  function merged(locks: ReadonlySet<LockId>, below: number, from: number) {
    const nexts = [...locks].map((lockId) => lastBelow(lockId, below)).filter((next) => next !== null)
    return (most: number): readonly EventRow[] => {
      const rows: EventRow[] = []
      while (rows.length < most) {
        let newestAt = -1
        let seq = from - 1
        for (const [at, next] of nexts.entries()) {
          if (next.seq <= seq) continue
          newestAt = at
          seq = next.seq
        }
        const next = nexts[newestAt]
        const row = next === undefined ? undefined : bySeq.get(next.seq)
        if (next === undefined || row === undefined) break
        rows.push(row)
        const before = atVersion(next.lockId, next.version - 1)
        if (before === null) nexts.splice(newestAt, 1)
        else nexts[newestAt] = before
      }
      return rows
    }
  }

  return ({ before, after, locks, types }: LogQuery, bounds: SeqBounds) => {
    // The event at `before.seq` itself lies before a place of the site behind it.
    const below = Math.min(before.site > 0 ? before.seq + 1 : before.seq, bounds.through + 1)
    const from = Math.max(after.seq + 1, bounds.from)
    const isAsked = types === null || [...types].some((type) => !OF_SITE.has(type))
    /** Everything from `before` to this was looked at; null when nothing is left. */
    let lookedTo: number | null = isAsked && below > from && locks?.size !== 0 ? below : null
    const read: EventRow[] = []
    const readMerged =
      locks !== null && locks.size <= MERGED_LOCKS_MAX && lookedTo !== null ? merged(locks, below, from) : null

    return {
      place: (): LogPlace | null => {
        const seq = read[0]?.seq ?? lookedTo
        return seq === null ? null : { seq, site: 0 }
      },
      isEmpty: (): boolean => read.length === 0,
      /** How many were looked at. */
      read: (most: number): number => {
        if (lookedTo === null) return 0
        const rows = readMerged === null ? scan.all(lookedTo, from, most) : readMerged(most)
        read.push(...(locks === null || readMerged !== null ? rows : rows.filter(({ lockId }) => locks.has(lockId))))
        lookedTo = rows.length < most ? null : (rows.at(-1)?.seq ?? null)
        return rows.length
      },
      take: () => {
        const event = read.shift()
        if (event === undefined) throw new Error('there is no event of a lock to take')
        return { kind: 'lock', place: { seq: event.seq, site: 0 }, event } as const
      },
    }
  }
}
