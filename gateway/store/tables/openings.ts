import type { Database } from 'better-sqlite3'
import { principalLabel } from '#domain/access/principal.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { Reserve } from '#domain/openings/judge-reserve.ts'
import type { Opening, OpeningState, OpeningSteps } from '#domain/openings/opening.ts'
import { type OpeningChange, openingOf } from '#domain/openings/opening-change.ts'
import type { LockId, OpeningId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'
import type { OpeningRow } from './rows.ts'
import { IS_SWEPT, sweptParameter } from './swept.ts'

/** As SQLite answers it, which has no booleans. */
export type StoredOpening = Omit<OpeningRow, 'corrected'> & { readonly corrected: 0 | 1 }

export const toOpeningRow = (row: StoredOpening): OpeningRow => ({ ...row, corrected: row.corrected === 1 })
export const toOpening = (row: StoredOpening): Opening => openingOf(toOpeningRow(row))

export const OPENING_COLUMNS = `o.id AS rowId, o.opening_id AS openingId, o.lock_id AS lockId,
  o.temp_key_id AS tempKeyRowId, k.uuid AS tempKeyUuid, o.user_id AS userId, o.state, o.reason, o.corrected,
  o.started_at_ms AS startedAtMs, o.settled_at_ms AS settledAtMs, o.used_count_after AS usedCountAfter,
  k.used_count AS usedCountNow, k.held_count AS heldCountNow, k.max_uses AS maxUses`
export const FROM_OPENINGS = 'FROM openings o LEFT JOIN temp_keys k ON k.id = o.temp_key_id'

export function openingReads(database: Database) {
  const opening = <B extends unknown[]>(rest: string) =>
    database.prepare<B, StoredOpening>(`SELECT ${OPENING_COLUMNS} ${FROM_OPENINGS} ${rest}`)
  const byId = opening<[OpeningId]>(`WHERE o.opening_id = ${ANY_VALUE}`)
  // `~` comes after every character of an id.
  const beginning = opening<[string, string, number]>(
    `WHERE o.opening_id >= ? AND o.opening_id < ? || '~' ORDER BY o.opening_id LIMIT ?`,
  )
  const byRowId = opening<[number]>(`WHERE o.id = ${ANY_VALUE}`)
  const latest = opening<[TempKeyUuid]>('WHERE o.id = (SELECT last_opening FROM temp_keys WHERE uuid = ?)')
  const latestOfLock = opening<[LockId]>('WHERE o.id = (SELECT last_opening FROM lock_counters WHERE lock_id = ?)')
  // From lock to lock, so that a page is in order without being sorted.
  const latestOfLocks = database.prepare<[number, number], StoredOpening>(
    `SELECT ${OPENING_COLUMNS} FROM lock_counters c CROSS JOIN openings o ON o.id = c.last_opening
       LEFT JOIN temp_keys k ON k.id = o.temp_key_id
     WHERE c.lock_id > ? AND c.last_opening IS NOT NULL ORDER BY c.lock_id LIMIT ?`,
  )
  const unsettled = opening<[number]>(`WHERE o.state = 'unconfirmed' ORDER BY o.started_at_ms, o.id LIMIT ?`)
  const oldestUnsettledOf = opening<[TempKeyUuid]>(
    `WHERE o.id = (SELECT id FROM openings WHERE state = 'unconfirmed'
       AND temp_key_id = (SELECT id FROM temp_keys WHERE uuid = ?) ORDER BY started_at_ms, id LIMIT 1)`,
  )
  // A loose index scan, from lock to lock: one lock can have any number of unconfirmed openings.
  const locksWithUnconfirmed = database.prepare<{ locks: string | null }, { lockId: LockId }>(
    `WITH RECURSIVE l (lock_id) AS (
       SELECT min(lock_id) FROM openings WHERE state = 'unconfirmed'
       UNION ALL
       SELECT (SELECT min(lock_id) FROM openings WHERE state = 'unconfirmed' AND lock_id > l.lock_id)
       FROM l WHERE l.lock_id IS NOT NULL
     ) SELECT lock_id AS lockId FROM l WHERE lock_id IS NOT NULL AND ${IS_SWEPT}`,
  )
  const reserved = database.prepare<{ locks: string | null; limit: number }, { openingId: OpeningId }>(
    `SELECT opening_id AS openingId FROM openings WHERE state = 'reserved' AND ${IS_SWEPT} ORDER BY id LIMIT @limit`,
  )

  return {
    openingRow: (openingId: OpeningId): OpeningRow | null => rowOrNull(byId.get(openingId)),
    openingByRowId: (rowId: number): OpeningRow => {
      const row = byRowId.get(rowId)
      if (row === undefined) throw new Error('an opening is not there after it was stored')
      return toOpeningRow(row)
    },
    findOpening: (openingId: OpeningId): Opening | null => openingOrNull(byId.get(openingId)),
    openingsThatBegin: (idStart: string, limit: number): readonly Opening[] =>
      beginning.all(idStart, idStart, limit).map(toOpening),
    latestOpening: (uuid: TempKeyUuid): Opening | null => openingOrNull(latest.get(uuid)),
    latestOpeningOf: (lockId: LockId): Opening | null => openingOrNull(latestOfLock.get(lockId)),
    latestOpenings: (afterLockId: number, limit: number): readonly Opening[] =>
      latestOfLocks.all(afterLockId, limit).map(toOpening),
    locksWithUnconfirmed: (locks: SweptLocks): readonly LockId[] =>
      locksWithUnconfirmed.all({ locks: sweptParameter(locks) }).map(({ lockId }) => lockId),
    reservedOpeningIds: (locks: SweptLocks, limit: number): readonly OpeningId[] =>
      reserved.all({ locks: sweptParameter(locks), limit }).map(({ openingId }) => openingId),
    unsettledOpenings: (limit: number): readonly Opening[] => unsettled.all(limit).map(toOpening),
    oldestUnsettledOf: (uuid: TempKeyUuid): Opening | null => openingOrNull(oldestUnsettledOf.get(uuid)),
  }
}

const rowOrNull = (row: StoredOpening | undefined): OpeningRow | null => (row === undefined ? null : toOpeningRow(row))
const openingOrNull = (row: StoredOpening | undefined): Opening | null => (row === undefined ? null : toOpening(row))

const NO_STEPS: OpeningSteps = { sentAfterMs: null, ackedAfterMs: null }

export function openingWrites(database: Database, memory: WriterMemory) {
  const insert = database.prepare<[string, number, number | null, string, UserId | null, number, 0 | 1]>(
    `INSERT INTO openings (opening_id, lock_id, temp_key_id, state, principal, user_id, started_at_ms,
       is_test)
     VALUES (?, ?, ?, 'reserved', ?, ?, ?, ?)`,
  )
  const move = database.prepare<
    [OpeningState, string | null, number, number, number | null, number | null, number | null, number | null, number]
  >(
    `UPDATE openings SET state = ?, reason = ?, corrected = ?, overused = max(overused, ?),
       settled_at_ms = ?, used_count_after = ?, sent_after_ms = coalesce(?, sent_after_ms),
       acked_after_ms = coalesce(?, acked_after_ms) WHERE id = ?`,
  )
  const reserved = database.prepare<{ locks: string | null }, { rowId: number }>(
    `SELECT id AS rowId FROM openings WHERE state = 'reserved' AND ${IS_SWEPT}`,
  )
  const older = database.prepare<{ locks: string | null; beforeMs: number; limit: number }, { rowId: number }>(
    `SELECT id AS rowId FROM openings WHERE state = 'unconfirmed' AND started_at_ms < @beforeMs AND ${IS_SWEPT}
     ORDER BY started_at_ms, id LIMIT @limit`,
  )
  return {
    insertOpening: (reserve: Reserve, userId: UserId | null, tempKeyRowId: number | null): number => {
      const { openingId, lockId, principal, atMs, said } = reserve
      const isTest = said?.test === true ? 1 : 0
      return Number(
        insert.run(openingId, lockId, tempKeyRowId, principalLabel(principal), userId, atMs, isTest).lastInsertRowid,
      )
    },
    updateOpening: (
      rowId: number,
      { after, isOveruse }: Pick<OpeningChange, 'after' | 'isOveruse'>,
      steps: OpeningSteps = NO_STEPS,
    ): void => {
      const { state, reason, corrected, settledAtMs, usedCountAfter } = after
      memory.justReserved.forgetOpening(rowId)
      const { sentAfterMs, ackedAfterMs } = steps
      const kept = [settledAtMs, usedCountAfter, sentAfterMs, ackedAfterMs] as const
      move.run(state, reason, Number(corrected), Number(isOveruse), ...kept, rowId)
    },
    reservedOpenings: (locks: SweptLocks): readonly number[] =>
      reserved.all({ locks: sweptParameter(locks) }).map(({ rowId }) => rowId),
    unconfirmedSince: (locks: SweptLocks, beforeMs: number, limit: number): readonly number[] =>
      older.all({ locks: sweptParameter(locks), beforeMs, limit }).map(({ rowId }) => rowId),
  }
}
