import type { Database } from 'better-sqlite3'
import type { LockKeyPair, LockRecord } from '#domain/locks/lock-record.ts'
import type { LockId } from '#protocol/ids.ts'

type Unsettled = LockRecord['unsettled'][number]

/** What is stored of one lock besides its row, for whoever looks at that lock. */
export function lockRecordReads(database: Database) {
  const pairs = database.prepare<{ lockId: LockId }, LockKeyPair>(
    `SELECT key_generation AS keyGeneration, public_key_pem AS publicKeyPem, key_made_by AS keyMadeBy,
       set_at_ms AS setAtMs, replaced_at_ms AS replacedAtMs FROM former_lock_keys WHERE lock_id = @lockId
     UNION ALL SELECT key_generation, public_key_pem, key_made_by, key_set_at_ms, NULL FROM locks
       WHERE lock_id = @lockId AND public_key_pem <> '' ORDER BY 1`,
  )
  const creator = database.prepare<[LockId], { createdBy: string | null }>(
    `SELECT json_extract(chained, '$.createdBy') AS createdBy FROM events WHERE lock_id = ? AND version = 1`,
  )
  const unconfirmed = database.prepare<[LockId, number], Unsettled>(
    `SELECT opening_id AS openingId, state, started_at_ms AS startedAtMs FROM openings
     WHERE state = 'unconfirmed' AND lock_id = ? ORDER BY started_at_ms, id LIMIT ?`,
  )
  const reserved = database.prepare<[LockId], Unsettled>(
    `SELECT opening_id AS openingId, state, started_at_ms AS startedAtMs FROM openings
     WHERE state = 'reserved' AND lock_id = ? ORDER BY id`,
  )
  const battery = database.prepare<[LockId], { atMs: number }>(
    `SELECT at_ms AS atMs FROM events INDEXED BY events_battery_replaced
     WHERE type = 'BatteryReplaced' AND lock_id = ? ORDER BY version DESC LIMIT 1`,
  )
  return {
    /** When somebody last said that it has new batteries. */
    batteryReplacedAtMs: (lockId: LockId): number | null => battery.get(lockId)?.atMs ?? null,
    /** Those that it had and the one that it has, oldest first. */
    keyPairsOf: (lockId: LockId): readonly LockKeyPair[] => pairs.all({ lockId }),
    /** The principal that created the lock, as its first event names it. */
    creatorOf: (lockId: LockId): string => creator.get(lockId)?.createdBy ?? 'unknown',
    /** Openings of which only the lock knows the end, oldest first, at most `limit` besides those that run now. */
    unsettledOf: (lockId: LockId, limit: number): readonly Unsettled[] => [
      ...unconfirmed.all(lockId, limit),
      ...reserved.all(lockId),
    ],
  }
}
