import type { Database } from 'better-sqlite3'
import type { Opening } from '#domain/openings/opening.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import { FROM_OPENINGS, OPENING_COLUMNS, type StoredOpening, toOpening } from './openings.ts'

const REMEMBERED_MS = 24 * 3_600_000
/** What one call forgets at most, so that no commit grows long. */
const FORGOTTEN_AT_ONCE = 1_000

export function idempotencyReads(database: Database) {
  const find = database.prepare<[string, number], StoredOpening & { requestHash: string }>(
    `SELECT i.request_hash AS requestHash, ${OPENING_COLUMNS} ${FROM_OPENINGS}
     JOIN idempotency i ON i.opening = o.id WHERE i.scope_hash = ${ANY_VALUE} AND i.at_ms > ${ANY_VALUE}`,
  )
  return {
    findIdempotent: (scopeHash: string, atMs: number): { requestHash: string; opening: Opening } | null => {
      const row = find.get(scopeHash, atMs - REMEMBERED_MS)
      return row === undefined ? null : { requestHash: row.requestHash, opening: toOpening(row) }
    },
  }
}

export function idempotencyWrites(database: Database) {
  const remember = database.prepare<[string, string, number, number]>(
    `INSERT INTO idempotency (scope_hash, request_hash, opening, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (scope_hash) DO UPDATE SET
       request_hash = excluded.request_hash, opening = excluded.opening, at_ms = excluded.at_ms`,
  )
  const forget = database.prepare<[number, number]>(
    `DELETE FROM idempotency WHERE scope_hash IN
       (SELECT scope_hash FROM idempotency WHERE at_ms <= ? ORDER BY at_ms LIMIT ?)`,
  )
  return {
    /** A newer opening takes the place of one that sent nothing. */
    remember: (scope: IdempotencyScope | null, openingRowId: number, atMs: number): void => {
      if (scope !== null) remember.run(scope.scopeHash, scope.requestHash, openingRowId, atMs)
    },
    /** True when there may be more. */
    forgetOld: (atMs: number): boolean =>
      forget.run(atMs - REMEMBERED_MS, FORGOTTEN_AT_ONCE).changes === FORGOTTEN_AT_ONCE,
  }
}
