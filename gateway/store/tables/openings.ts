import type { Database } from 'better-sqlite3'
import { principalLabel, userIdOf } from '#domain/access/principal.ts'
import type { Transition } from '#domain/openings/opening.ts'
import { countersFollow, isFinal, type OpeningState } from '#domain/openings/opening.ts'
import type { Reserve } from '#domain/ports.ts'
import { type KeyRef, keyRefOf } from '#protocol/ids.ts'
import type { NewEvent } from './events.ts'
import type { JustReserved } from './just-reserved.ts'
import type { OpeningRow } from './opening-rows.ts'
import type { CountedKey } from './temp-keys.ts'
import type { Transaction } from './transaction.ts'

interface MovedOpening extends Transition {
  readonly rowId: number
  readonly settledAtMs: number | null
  readonly usedCountAfter: number | null
  readonly overused: boolean
}

export function openingWrites(database: Database, justReserved: JustReserved) {
  const insert = database.prepare<[string, number, number | null, string, string | null, number]>(
    `INSERT INTO openings (opening_id, lock_id, temp_key_id, state, principal, user_id, started_at_ms)
     VALUES (?, ?, ?, 'reserved', ?, ?, ?)`,
  )
  const move = database.prepare<[OpeningState, string | null, number, number, number | null, number | null, number]>(
    `UPDATE openings SET state = ?, reason = ?, corrected = max(corrected, ?), overused = max(overused, ?),
       settled_at_ms = ?, used_count_after = ? WHERE id = ?`,
  )
  const reserved = database.prepare<[], { rowId: number }>(`SELECT id AS rowId FROM openings WHERE state = 'reserved'`)
  const older = database.prepare<[number, number], { rowId: number }>(
    `SELECT id AS rowId FROM openings WHERE state = 'unconfirmed' AND started_at_ms < ?
     ORDER BY started_at_ms, id LIMIT ?`,
  )
  return {
    insertOpening: (reserve: Reserve, tempKeyRowId: number | null): number => {
      const { openingId, lockId, principal, atMs } = reserve
      const by = principalLabel(principal)
      return Number(insert.run(openingId, lockId, tempKeyRowId, by, userIdOf(principal), atMs).lastInsertRowid)
    },
    updateOpening: (to: MovedOpening): void => {
      const { next, reason, corrected, overused, settledAtMs, usedCountAfter, rowId } = to
      justReserved.forgetOpening(rowId)
      move.run(next, reason, Number(corrected), Number(overused), settledAtMs, usedCountAfter, rowId)
    },
    reservedOpenings: (): readonly number[] => reserved.all().map(({ rowId }) => rowId),
    unconfirmedSince: (beforeMs: number, limit: number): readonly number[] =>
      older.all(beforeMs, limit).map(({ rowId }) => rowId),
  }
}

/** Moves an opening to another state; its key's counters follow, here and nowhere else. Answers it as it now stands. */
export function moveOpening(tx: Transaction, opening: OpeningRow, to: Transition, atMs: number): OpeningRow {
  const by = countersFollow(opening.state, to.next)
  const counted = tx.moveCounters(keyOf(opening), by)
  const used = counted?.usedCount ?? null
  const overused = used !== null && by.used > 0 && opening.maxUses !== null && used > opening.maxUses
  const settledAtMs = isFinal(to.next) ? atMs : null
  const usedCountAfter = isFinal(to.next) ? used : null
  tx.updateOpening({ ...to, rowId: opening.rowId, overused, settledAtMs, usedCountAfter })
  if (overused) tx.raiseOwnAlarm('key-overused', opening.lockId, keyRefOfOpening(opening), atMs)
  const corrected = to.corrected ? 1 : opening.corrected
  const { next: state, reason } = to
  const heldCountNow = counted?.heldCount ?? null
  return { ...opening, state, reason, corrected, settledAtMs, usedCountAfter, usedCountNow: used, heldCountNow }
}

function keyOf({ tempKeyRowId, tempKeyUuid, usedCountNow, heldCountNow }: OpeningRow): CountedKey | null {
  if (tempKeyRowId === null || tempKeyUuid === null || usedCountNow === null || heldCountNow === null) return null
  return { rowId: tempKeyRowId, uuid: tempKeyUuid, usedCount: usedCountNow, heldCount: heldCountNow }
}

/** A use was spent: told after the event that spent it. */
export function useEvent(before: OpeningRow, after: OpeningRow, keyRef: KeyRef | null, atMs: number): NewEvent | null {
  if (after.tempKeyUuid === null || countersFollow(before.state, after.state).used !== 1) return null
  const { openingId, lockId, usedCountAfter: usedCount, maxUses } = after
  const chained = { keyRef, maxUses, openingId, usedCount }
  return { lockId, type: 'TempKeyUsed', atMs, chained, plain: plainOf(after) }
}

export const keyRefOfOpening = (opening: OpeningRow): KeyRef | null =>
  opening.tempKeyUuid === null ? null : keyRefOf(opening.tempKeyUuid)

/** What only those see who may see the key. */
export const plainOf = ({ tempKeyUuid, userId }: OpeningRow) => ({ tempKeyUuid, userId })

export function rowOf(tx: Transaction, rowId: number): OpeningRow {
  const row = tx.openingByRowId(rowId)
  if (row === null) throw new Error('an opening is not there after it was stored')
  return row
}
