import type { Database } from 'better-sqlite3'
import type { LockId } from '#protocol/ids.ts'
import { REVOKED_THROUGH } from './temp-key-rows.ts'

/** Rows of one commit: on a slow card each of them may be a page of its own, and openings wait behind it. */
export const SWEPT_AT_ONCE = 200
/** Keys that are looked at, the newest first, to tell how many stay good. */
const COUNTED_MAX = 20_000

export function keyRevocationReads(database: Database) {
  const notRevoked = database.prepare<{ lockId: LockId }, { count: number }>(
    `SELECT count(*) AS count FROM temp_key_doors
     WHERE lock_id = @lockId AND kept = 1 AND temp_key_id > ${REVOKED_THROUGH}`,
  )
  const good = database.prepare<{ lockId: LockId; atMs: number }, { count: number }>(
    `SELECT count(*) AS count FROM temp_key_doors d CROSS JOIN temp_keys k ON k.id = d.temp_key_id
     WHERE d.lock_id = @lockId AND d.kept = 1
       AND d.temp_key_id > max(${REVOKED_THROUGH}, coalesce((SELECT n.temp_key_id FROM temp_key_doors n
         WHERE n.lock_id = @lockId AND n.kept = 1 ORDER BY n.temp_key_id DESC LIMIT 1 OFFSET ${COUNTED_MAX}), 0))
       AND k.valid_until_ms > @atMs AND (k.max_uses IS NULL OR k.used_count < k.max_uses)`,
  )
  return {
    /** Keys of a lock that nobody has revoked, ended ones too. */
    countKeysNotRevoked: (lockId: LockId): number => notRevoked.get({ lockId })?.count ?? 0,
    /** Keys of a lock that open it, now or later, among its newest 20,000. */
    countGoodKeys: (lockId: LockId, atMs: number): number => good.get({ lockId, atMs })?.count ?? 0,
  }
}

export function keyRevocationWrites(database: Database) {
  const begin = database.prepare<[number, LockId]>(
    `INSERT INTO key_revocations (lock_id, through_key, at_ms)
     SELECT lock_id, max(temp_key_id), ? FROM temp_key_doors WHERE lock_id = ? GROUP BY lock_id
     ON CONFLICT (lock_id) DO UPDATE SET through_key = excluded.through_key, at_ms = excluded.at_ms`,
  )
  const pending = database.prepare<[], { lockId: LockId; throughKey: number; atMs: number }>(
    'SELECT lock_id AS lockId, through_key AS throughKey, at_ms AS atMs FROM key_revocations LIMIT 1',
  )
  const unswept = database.prepare<[LockId, number, number], { rowId: number }>(
    `SELECT temp_key_id AS rowId FROM temp_key_doors
     WHERE lock_id = ? AND kept = 1 AND temp_key_id <= ? ORDER BY temp_key_id LIMIT ?`,
  )
  const end = database.prepare<[LockId]>('DELETE FROM key_revocations WHERE lock_id = ?')
  return {
    beginKeyRevocation: (lockId: LockId, atMs: number): void => void begin.run(atMs, lockId),
    pendingKeyRevocation: () => pending.get() ?? null,
    unsweptKeys: (lockId: LockId, throughKey: number): readonly number[] =>
      unswept.all(lockId, throughKey, SWEPT_AT_ONCE).map(({ rowId }) => rowId),
    endKeyRevocation: (lockId: LockId): void => void end.run(lockId),
  }
}
