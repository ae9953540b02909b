import type { Database } from 'better-sqlite3'
import { type TempKey, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyListing, TempKeyPage } from '#domain/temp-keys/temp-key-changes.ts'
import type { LockId } from '#protocol/ids.ts'
import type { TempKeyRow } from './rows.ts'
import { FROM_DOORS, FROM_KEYS, KEY_COLUMNS, NOT_REVOKED, REVOKED_THROUGH, toKey, usersRead } from './temp-key-rows.ts'

/** Keys that one call looks at when it wants one status only: then it answers with what it found, and where to go on. */
const LOOKED_AT_MAX = 20_000
/** Rows that are read in one go, keys or users: a few milliseconds on a small machine. */
const READ_AT_ONCE = 500
/** Users that the keys of one page name in all, or the answer alone would stop the event loop: a page may be shorter. */
export const USERS_IN_A_PAGE = 10_000
/** Users that one step of gathering reads. */
const USERS_GATHERED_AT_ONCE = 1_000

interface DoorPage {
  readonly lockId: LockId
  readonly after: number
  readonly limit: number
}

interface Found {
  readonly rows: readonly TempKeyRow[]
  readonly next: number | null
}

/** Lists are read in steps: between two of them other work can be done. Each step reads a bounded number of rows. */
export type InSteps<Result> = Generator<undefined, Result, undefined>

export function tempKeyListReads(database: Database) {
  const usersOf = usersRead(database)
  const page = 'k.id > ? ORDER BY k.id LIMIT ?'
  const listed = {
    all: database.prepare<[number, number], TempKeyRow>(`SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE ${page}`),
    kept: database.prepare<[number, number], TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE ${NOT_REVOKED} AND ${page}`,
    ),
  }
  const listedOf = {
    all: database.prepare<DoorPage, TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_DOORS} WHERE d.lock_id = @lockId AND d.temp_key_id > @after
       ORDER BY d.temp_key_id LIMIT @limit`,
    ),
    kept: database.prepare<DoorPage, TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_DOORS} WHERE d.lock_id = @lockId AND d.kept = 1
         AND d.temp_key_id > max(@after, ${REVOKED_THROUGH}) ORDER BY d.temp_key_id LIMIT @limit`,
    ),
  }
  const beforeLast = {
    all: database.prepare<[LockId, number], { rowId: number }>(
      'SELECT temp_key_id AS rowId FROM temp_key_doors WHERE lock_id = ? ORDER BY temp_key_id DESC LIMIT 1 OFFSET ?',
    ),
    kept: database.prepare<[LockId, number], { rowId: number }>(
      `SELECT temp_key_id AS rowId FROM temp_key_doors WHERE lock_id = ? AND kept = 1
       ORDER BY temp_key_id DESC LIMIT 1 OFFSET ?`,
    ),
  }
  const newest = database.prepare<[number, number], TempKeyRow>(
    `SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE ${NOT_REVOKED} AND k.id < ? ORDER BY k.id DESC LIMIT ?`,
  )
  const rowsAfter = (lockId: LockId | null, after: number, limit: number, includeRevoked: boolean) => {
    const which = includeRevoked ? 'all' : 'kept'
    return lockId === null ? listed[which].all(after, limit) : listedOf[which].all({ lockId, after, limit })
  }

  /** A status changes with time, so no index can hold it: rows are looked at in order, and a page is still a full one. */
  function* rowsOf(lockId: LockId | null, listing: TempKeyListing): InSteps<Found> {
    const { limit, includeRevoked, status } = listing
    const skipped =
      listing.newest === true && lockId !== null
        ? beforeLast[includeRevoked ? 'all' : 'kept'].get(lockId, limit)
        : undefined
    let after = skipped?.rowId ?? cursorToRowId(listing.cursor)
    const rows: TempKeyRow[] = []
    const lookedAtMax = status === undefined ? limit + 1 : LOOKED_AT_MAX
    for (let lookedAt = 0; lookedAt < lookedAtMax; ) {
      const found = rowsAfter(lockId, after, Math.min(READ_AT_ONCE, lookedAtMax - lookedAt), includeRevoked)
      lookedAt += found.length
      for (const row of found) {
        const isWanted = status === undefined || tempKeyStatus(row, status.atMs) === status.is
        if (isWanted && rows.length === limit) return { rows, next: after }
        if (isWanted) rows.push(row)
        after = row.rowId
      }
      if (found.length < READ_AT_ONCE && lookedAt < lookedAtMax) return { rows, next: null }
      yield
    }
    return { rows, next: after }
  }

  /** Keys with their users, from the first row or the last, until a page names too many users; at least one key. */
  function* keysOf(rows: readonly TempKeyRow[], fromLast: boolean): InSteps<readonly TempKey[]> {
    const keys: TempKey[] = []
    let users = 0
    let readSince = 0
    for (const row of fromLast ? rows.toReversed() : rows) {
      const key = toKey({ ...row, allowedUserIds: usersOf(row) })
      users += key.allowedUserIds.length
      if (users > USERS_IN_A_PAGE && keys.length > 0) break
      keys.push(key)
      readSince += 1 + key.allowedUserIds.length
      if (readSince < READ_AT_ONCE) continue
      readSince = 0
      yield
    }
    return fromLast ? keys.reverse() : keys
  }

  return {
    *listTempKeys(lockId: LockId | null, listing: TempKeyListing): InSteps<TempKeyPage> {
      const isNewest = listing.newest === true
      const { rows, next } = yield* rowsOf(lockId, listing)
      const keys = yield* keysOf(rows, isNewest)
      const isCut = keys.length < rows.length && !isNewest
      const nextRowId = isCut ? (rows[keys.length - 1]?.rowId ?? null) : next
      return { keys, nextCursor: nextRowId === null ? null : String(nextRowId) }
    },
    /** Of keys that are not revoked, the newest before the cursor: fewer than `limit` where they name many users. */
    newestTempKeys: (cursor: number | null, limit: number): { keys: readonly TempKey[]; nextCursor: number | null } => {
      const rows = newest.all(cursor ?? Number.MAX_SAFE_INTEGER, limit)
      const keys: TempKey[] = []
      let users = 0
      for (const row of rows) {
        if (users >= USERS_GATHERED_AT_ONCE) break
        const allowedUserIds = usersOf(row)
        users += allowedUserIds.length
        keys.push(toKey({ ...row, allowedUserIds }))
      }
      return {
        keys,
        nextCursor: rows.length < limit && keys.length === rows.length ? null : (rows[keys.length - 1]?.rowId ?? null),
      }
    },
  }
}

/** A missing or malformed cursor means the beginning. */
const cursorToRowId = (cursor: string | null): number =>
  cursor !== null && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0
