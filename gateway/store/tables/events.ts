import type { Database } from 'better-sqlite3'
import type { EventData, LockEvent, NewEvent } from '#domain/events/events.ts'
import type { LockId } from '#protocol/ids.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'
import { canonicalJson } from './canonical-json.ts'
import type { lockCounterWrites } from './lock-counters.ts'

export const EVENT_COLUMNS = 'seq, lock_id AS lockId, version, type, at_ms AS atMs, chained, plain'

export type EventRow = Omit<LockEvent, 'chained' | 'plain'> & { readonly chained: string; readonly plain: string }

export function eventReads(database: Database) {
  const after = database.prepare<[LockId, number, number], EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events
     WHERE lock_id = ? AND version > ? ORDER BY version LIMIT ?`,
  )
  const last = database.prepare<[], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events')
  return {
    eventsOf: (lockId: LockId, page: { afterVersion: number; limit: number }): readonly LockEvent[] =>
      after.all(lockId, page.afterVersion, page.limit).map(toEvent),
    lastSeq: (): number => last.get()?.seq ?? 0,
  }
}

export function eventWrites(
  database: Database,
  memory: WriterMemory,
  { takeVersions }: Pick<ReturnType<typeof lockCounterWrites>, 'takeVersions'>,
) {
  const insert = database.prepare<[LockId, number, string, number, string, string]>(
    'INSERT INTO events (lock_id, version, type, at_ms, chained, plain) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const store = (event: NewEvent, version: number): number => {
    const chained = canonicalJson(event.chained)
    const plain = canonicalJson(event.plain)
    const seq = Number(insert.run(event.lockId, version, event.type, event.atMs, chained, plain).lastInsertRowid)
    memory.appended(seq)
    return seq
  }
  return {
    appendEvent: (event: NewEvent): LockEvent => {
      const version = takeVersions(event.lockId, 1)
      return { ...event, seq: store(event, version), version }
    },
    /** Events of one lock, in their order. */
    appendEvents: (lockId: LockId, events: readonly NewEvent[]): void => {
      if (events.length === 0) return
      const before = takeVersions(lockId, events.length) - events.length
      for (const [at, event] of events.entries()) store(event, before + at + 1)
    },
    /** With a version that was taken before. */
    appendEventAs: (event: NewEvent, version: number): void => void store(event, version),
  }
}

export function toEvent(row: EventRow): LockEvent {
  const chained: EventData = JSON.parse(row.chained)
  const plain: EventData = JSON.parse(row.plain)
  return { ...row, chained, plain }
}
