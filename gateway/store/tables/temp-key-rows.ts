import type { Database } from 'better-sqlite3'
import type { JudgedTempKey } from '#domain/openings/judge-reserve.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyUuid, UserId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import type { TempKeyRow } from './rows.ts'

type JudgedRow = JudgedTempKey & Pick<TempKeyRow, 'rowId'>
const NOBODY: readonly UserId[] = []

/** Revoked by itself, or with all keys of its lock a moment ago (`key_revocations`): a read that looked at one of the two would let a key open. */
const REVOKED_AT = 'coalesce(k.revoked_at_ms, CASE WHEN k.id <= r.through_key THEN r.at_ms END)'
export const NOT_REVOKED = 'k.revoked_at_ms IS NULL AND (r.through_key IS NULL OR k.id > r.through_key)'
/** Keys of the lock `@lockId` up to this one are revoked, whatever their own rows say; 0 for none. */
export const REVOKED_THROUGH = 'coalesce((SELECT through_key FROM key_revocations WHERE lock_id = @lockId), 0)'
export const KEY_COLUMNS = `k.id AS rowId, k.uuid, d.lock_id AS lockId, k.access_mode AS accessMode,
  k.valid_from_ms AS validFromMs, k.valid_until_ms AS validUntilMs, k.max_uses AS maxUses,
  k.used_count AS usedCount, k.held_count AS heldCount, k.description, k.created_by AS createdBy,
  k.created_at_ms AS createdAtMs, ${REVOKED_AT} AS revokedAtMs`
const AND_REVOCATION = 'LEFT JOIN key_revocations r ON r.lock_id = d.lock_id'
export const FROM_KEYS = `FROM temp_keys k JOIN temp_key_doors d ON d.temp_key_id = k.id ${AND_REVOCATION}`
export const FROM_DOORS = `FROM temp_key_doors d JOIN temp_keys k ON k.id = d.temp_key_id ${AND_REVOCATION}`

export function tempKeyReads(database: Database) {
  const byUuid = database.prepare<[TempKeyUuid], TempKeyRow>(
    `SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE k.uuid = ${ANY_VALUE}`,
  )
  const byRowId = database.prepare<[number], TempKeyRow>(`SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE k.id = ${ANY_VALUE}`)
  const judged = database.prepare<[TempKeyUuid], Omit<JudgedRow, 'uuid' | 'allowedUserIds'>>(
    `SELECT k.id AS rowId, d.lock_id AS lockId, k.access_mode AS accessMode, k.valid_from_ms AS validFromMs,
       k.valid_until_ms AS validUntilMs, k.max_uses AS maxUses, k.used_count AS usedCount,
       k.held_count AS heldCount, ${REVOKED_AT} AS revokedAtMs ${FROM_KEYS} WHERE k.uuid = ${ANY_VALUE}`,
  )
  const usersOf = usersRead(database)
  const withUsers = (row: TempKeyRow | undefined): (TempKeyRow & TempKey) | null =>
    row === undefined ? null : { ...row, allowedUserIds: usersOf(row) }

  return {
    findTempKeyRow: (uuid: TempKeyUuid) => withUsers(byUuid.get(uuid)),
    /** What a tap is judged by, and no more: users only where a whitelist decides. */
    judgedTempKey: (uuid: TempKeyUuid): JudgedRow | null => {
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
  }
}

/** Who stands on a key's whitelist, in its order. */
export function usersRead(database: Database) {
  const users = database
    .prepare<[number], UserId>('SELECT user_id FROM temp_key_users WHERE temp_key_id = ? ORDER BY position')
    .pluck()
  return (row: Pick<TempKeyRow, 'rowId'>): readonly UserId[] => users.all(row.rowId)
}

export const toKey = ({ rowId: _, ...key }: TempKeyRow & TempKey): TempKey => key
