import type { Database } from 'better-sqlite3'
import type { EventData, LockEvent, LockEventType } from '#domain/events.ts'
import type { LockId } from '#protocol/ids.ts'
import { canonicalJson } from './canonical-json.ts'

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

export interface NewEvent {
  readonly lockId: LockId
  readonly type: LockEventType
  readonly atMs: number
  readonly chained: EventData
  readonly plain: EventData
}

export function eventWrites(database: Database) {
  const takeVersion = database.prepare<[LockId], { version: number }>(
    'UPDATE locks SET version = version + 1 WHERE lock_id = ? RETURNING version',
  )
  const insert = database.prepare<[LockId, number, string, number, string, string]>(
    'INSERT INTO events (lock_id, version, type, at_ms, chained, plain) VALUES (?, ?, ?, ?, ?, ?)',
  )
  return {
    /** Its version is allocated here, inside the transaction: a job that fails leaves no gap. */
    appendEvent: (event: NewEvent): LockEvent => {
      const version = takeVersion.get(event.lockId)?.version
      if (version === undefined) throw new Error(`no lock ${event.lockId} to append an event to`)
      const chained = canonicalJson(event.chained)
      const plain = canonicalJson(event.plain)
      const { lastInsertRowid } = insert.run(event.lockId, version, event.type, event.atMs, chained, plain)
      return { ...event, seq: Number(lastInsertRowid), version }
    },
  }
}

export function toEvent(row: EventRow): LockEvent {
  const chained: EventData = JSON.parse(row.chained)
  const plain: EventData = JSON.parse(row.plain)
  return { ...row, chained, plain }
}
