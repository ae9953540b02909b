import type { Database } from 'better-sqlite3'
import type { TempKeyListing, TempKeyPage } from '#domain/ports.ts'
import { type TempKey, tempKeyStatus } from '#domain/temp-key.ts'
import type { LockId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import { ANY_VALUE } from './database.ts'

/** `rowId` is what other tables call the key by. */
export interface TempKeyRow extends Omit<TempKey, 'allowedUserIds'> {
  readonly rowId: number
}

type JudgedTempKey = Omit<TempKeyRow & TempKey, 'description' | 'createdBy' | 'createdAtMs'>
const NOBODY: readonly UserId[] = []

/** Revoked by itself, or with all keys of its lock a moment ago (`key_revocations`): a read that looked at one of the two would let a key open. */
const REVOKED_AT = 'coalesce(k.revoked_at_ms, CASE WHEN k.id <= r.through_key THEN r.at_ms END)'
const NOT_REVOKED = 'k.revoked_at_ms IS NULL AND (r.through_key IS NULL OR k.id > r.through_key)'
/** Keys of the lock `@lockId` up to this one are revoked, whatever their own rows say; 0 for none. */
export const REVOKED_THROUGH = 'coalesce((SELECT through_key FROM key_revocations WHERE lock_id = @lockId), 0)'
const COLUMNS = `k.id AS rowId, k.uuid, d.lock_id AS lockId, k.access_mode AS accessMode,
  k.valid_from_ms AS validFromMs, k.valid_until_ms AS validUntilMs, k.max_uses AS maxUses,
  k.used_count AS usedCount, k.held_count AS heldCount, k.description, k.created_by AS createdBy,
  k.created_at_ms AS createdAtMs, ${REVOKED_AT} AS revokedAtMs`
const AND_REVOCATION = 'LEFT JOIN key_revocations r ON r.lock_id = d.lock_id'
const FROM_KEYS = `FROM temp_keys k JOIN temp_key_doors d ON d.temp_key_id = k.id ${AND_REVOCATION}`
const FROM_DOORS = `FROM temp_key_doors d JOIN temp_keys k ON k.id = d.temp_key_id ${AND_REVOCATION}`

interface DoorPage {
  readonly lockId: LockId
  readonly after: number
  readonly limit: number
}

/** Keys that one call looks at when it wants one status only: then it answers with what it found, and where to go on. */
const LOOKED_AT_MAX = 20_000
const LOOKED_AT_ONCE = 1_000

export function tempKeyReads(database: Database) {
  const byUuid = database.prepare<[TempKeyUuid], TempKeyRow>(
    `SELECT ${COLUMNS} ${FROM_KEYS} WHERE k.uuid = ${ANY_VALUE}`,
  )
  const byRowId = database.prepare<[number], TempKeyRow>(`SELECT ${COLUMNS} ${FROM_KEYS} WHERE k.id = ${ANY_VALUE}`)
  const users = database.prepare<[number], { userId: UserId }>(
    'SELECT user_id AS userId FROM temp_key_users WHERE temp_key_id = ? ORDER BY position',
  )
  const page = 'k.id > ? ORDER BY k.id LIMIT ?'
  const listed = {
    all: database.prepare<[number, number], TempKeyRow>(`SELECT ${COLUMNS} ${FROM_KEYS} WHERE ${page}`),
    kept: database.prepare<[number, number], TempKeyRow>(
      `SELECT ${COLUMNS} ${FROM_KEYS} WHERE ${NOT_REVOKED} AND ${page}`,
    ),
  }
  const listedOf = {
    all: database.prepare<DoorPage, TempKeyRow>(
      `SELECT ${COLUMNS} ${FROM_DOORS} WHERE d.lock_id = @lockId AND d.temp_key_id > @after
       ORDER BY d.temp_key_id LIMIT @limit`,
    ),
    kept: database.prepare<DoorPage, TempKeyRow>(
      `SELECT ${COLUMNS} ${FROM_DOORS} WHERE d.lock_id = @lockId AND d.kept = 1
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
    `SELECT ${COLUMNS} ${FROM_KEYS} WHERE ${NOT_REVOKED} AND k.id < ? ORDER BY k.id DESC LIMIT ?`,
  )
  const judged = database.prepare<[TempKeyUuid], Omit<JudgedTempKey, 'uuid' | 'allowedUserIds'>>(
    `SELECT k.id AS rowId, d.lock_id AS lockId, k.access_mode AS accessMode, k.valid_from_ms AS validFromMs,
       k.valid_until_ms AS validUntilMs, k.max_uses AS maxUses, k.used_count AS usedCount,
       k.held_count AS heldCount, ${REVOKED_AT} AS revokedAtMs ${FROM_KEYS} WHERE k.uuid = ${ANY_VALUE}`,
  )
  const usersOf = (row: Pick<TempKeyRow, 'rowId'>): readonly UserId[] =>
    users.all(row.rowId).map(({ userId }) => userId)
  const withUsers = (row: TempKeyRow | undefined): (TempKeyRow & TempKey) | null =>
    row === undefined ? null : { ...row, allowedUserIds: usersOf(row) }
  const rowsAfter = (lockId: LockId | null, after: number, limit: number, includeRevoked: boolean) => {
    const which = includeRevoked ? 'all' : 'kept'
    return lockId === null ? listed[which].all(after, limit) : listedOf[which].all({ lockId, after, limit })
  }
  /** A status changes with time, so no index can hold it: rows are looked at in order, and a page is still a full one. */
  const rowsWithStatus = (
    lockId: LockId | null,
    listing: TempKeyListing,
  ): { rows: TempKeyRow[]; next: number | null } => {
    const { limit, includeRevoked, status } = listing
    const skipped =
      listing.newest === true && lockId !== null
        ? beforeLast[includeRevoked ? 'all' : 'kept'].get(lockId, limit)
        : undefined
    let after = skipped?.rowId ?? cursorToRowId(listing.cursor)
    if (status === undefined) {
      const found = rowsAfter(lockId, after, limit + 1, includeRevoked)
      const rows = found.slice(0, limit)
      return { rows, next: found.length > limit ? (rows.at(-1)?.rowId ?? null) : null }
    }
    const rows: TempKeyRow[] = []
    for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += LOOKED_AT_ONCE) {
      const found = rowsAfter(lockId, after, LOOKED_AT_ONCE, includeRevoked)
      for (const row of found) {
        if (tempKeyStatus({ ...row, allowedUserIds: [] }, status.atMs) === status.is) {
          if (rows.length === limit) return { rows, next: after }
          rows.push(row)
        }
        after = row.rowId
      }
      if (found.length < LOOKED_AT_ONCE) return { rows, next: null }
    }
    return { rows, next: after }
  }
  const toKey = ({ rowId: _, ...key }: TempKeyRow & TempKey): TempKey => key

  return {
    findTempKeyRow: (uuid: TempKeyUuid) => withUsers(byUuid.get(uuid)),
    /** What a tap is judged by, and no more: users only where a whitelist decides. */
    judgedTempKey: (uuid: TempKeyUuid): JudgedTempKey | null => {
      const row = judged.get(uuid)
      if (row === undefined) return null
      const allowedUserIds = row.accessMode === 'public' ? NOBODY : usersOf(row)
      return { ...row, uuid, allowedUserIds }
    },
    tempKeyRow: (rowId: number) => withUsers(byRowId.get(rowId)),
    findTempKey: (uuid: TempKeyUuid): TempKey | null => {
      const row = withUsers(byUuid.get(uuid))
      return row === null ? null : toKey(row)
    },
    /** Of keys that are not revoked, the newest before the cursor. */
    newestTempKeys: (cursor: number | null, limit: number): { keys: readonly TempKey[]; nextCursor: number | null } => {
      const rows = newest.all(cursor ?? Number.MAX_SAFE_INTEGER, limit)
      const keys = rows.map((row) => toKey({ ...row, allowedUserIds: usersOf(row) }))
      return { keys, nextCursor: rows.length < limit ? null : (rows.at(-1)?.rowId ?? null) }
    },
    listTempKeys: (lockId: LockId | null, listing: TempKeyListing): TempKeyPage => {
      const { rows, next } = rowsWithStatus(lockId, listing)
      const keys = rows.map((row) => toKey({ ...row, allowedUserIds: usersOf(row) }))
      return { keys, nextCursor: next === null ? null : String(next) }
    },
  }
}

/** A cursor that is none begins at the beginning. */
const cursorToRowId = (cursor: string | null): number =>
  cursor !== null && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0
