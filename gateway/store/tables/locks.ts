import type { Database } from 'better-sqlite3'
import type { Lock, VendorFacts } from '#domain/locks/lock.ts'
import type { LockChanges, LockKey, NewLock } from '#domain/locks/lock-changes.ts'
import type { PreparedLimits } from '#domain/locks/prepared-locks.ts'
import type { BootId, LockId, LockUuid } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'

interface LockRow extends Omit<Lock, 'lastCommand' | 'vendor'>, VendorRow {
  readonly lastCommandBoot: BootId | null
  readonly lastCommandCounter: number | null
}

interface VendorRow {
  readonly vendorIndex: number | null
  readonly serialNumber: string | null
  readonly vendorName: string | null
}

const FROM_LOCKS = 'FROM locks JOIN lock_counters USING (lock_id)'
const COLUMNS = `lock_id AS lockId, uuid, name, area, directions, pulse_s AS pulseS,
  offline_after_min AS offlineAfterMin, organization, owner,
  nullif(public_key_pem, '') AS publicKeyPem, key_made_by AS keyMadeBy, key_generation AS keyGeneration,
  nullif(mqtt_password_hash, '') AS mqttPasswordHash, version, created_at_ms AS createdAtMs,
  retired_at_ms AS retiredAtMs,
  last_command_boot AS lastCommandBoot, last_command_counter AS lastCommandCounter,
  vendor_index AS vendorIndex, serial_number AS serialNumber, vendor_name AS vendorName`

export function lockReads(database: Database) {
  const byId = database.prepare<[LockId], LockRow>(`SELECT ${COLUMNS} ${FROM_LOCKS} WHERE lock_id = ${ANY_VALUE}`)
  const all = database.prepare<[], LockRow>(`SELECT ${COLUMNS} ${FROM_LOCKS} ORDER BY lock_id`)
  const notArrived = database.prepare<[number, number], { lockId: LockId }>(
    `SELECT lock_id AS lockId FROM locks INDEXED BY locks_not_arrived
     WHERE arrived_at_ms IS NULL AND retired_at_ms IS NULL AND public_key_pem <> '' AND key_set_at_ms <= ?
     ORDER BY key_set_at_ms LIMIT ?`,
  )
  return {
    findLock: (lockId: LockId): Lock | null => {
      const row = byId.get(lockId)
      return row === undefined ? null : toLock(row)
    },
    listLocks: (): readonly Lock[] => all.all().map(toLock),
    notArrived: (keyedBeforeMs: number, limit: number): readonly LockId[] =>
      notArrived.all(keyedBeforeMs, limit).map(({ lockId }) => lockId),
  }
}

function toLock({ lastCommandBoot, lastCommandCounter, vendorIndex, serialNumber, vendorName, ...row }: LockRow): Lock {
  const stored = lastCommandBoot !== null && lastCommandCounter !== null
  const vendor = { index: vendorIndex, serialNumber, vendorName }
  return { ...row, vendor, lastCommand: stored ? { bootId: lastCommandBoot, counter: lastCommandCounter } : null }
}

export function lockWrites(database: Database) {
  const exists = database.prepare<[LockId, LockUuid], { one: 1 }>(
    'SELECT 1 AS one FROM locks WHERE lock_id = ? UNION ALL SELECT 1 FROM locks WHERE uuid = ?',
  )
  const insert = database.prepare<Omit<NewLock, 'vendor'> & VendorFacts & { atMs: number; preparedBy: string | null }>(
    `INSERT INTO locks (lock_id, uuid, name, area, pulse_s, organization, owner, public_key_pem, key_made_by,
       key_generation, mqtt_password_hash, created_at_ms, key_set_at_ms, vendor_index, serial_number, vendor_name, prepared_by)
     VALUES (@lockId, @uuid, @name, @area, @pulseS, @organization, @owner, coalesce(@publicKeyPem, ''), @keyMadeBy,
       1, coalesce(@mqttPasswordHash, ''), @atMs, iif(@publicKeyPem IS NULL, NULL, @atMs), @index, @serialNumber, @vendorName, @preparedBy)`,
  )
  const withKey = database.prepare<{ pem: string }, { lockId: LockId }>(
    `SELECT lock_id AS lockId FROM locks WHERE public_key_pem = @pem AND public_key_pem <> ''
     UNION ALL SELECT lock_id FROM former_lock_keys WHERE public_key_pem = @pem LIMIT 1`,
  )
  const prepared = `public_key_pem = '' AND prepared_by IS NOT NULL AND retired_at_ms IS NULL`
  const countOfOne = database.prepare<[string, number], { count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM locks WHERE prepared_by = ? AND ${prepared} LIMIT ?)`,
  )
  const countAll = database.prepare<[number], { count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM locks WHERE ${prepared} LIMIT ?)`,
  )
  const keepFormerKey = database.prepare<{ lockId: LockId; gone: string; atMs: number }>(
    `INSERT INTO former_lock_keys (lock_id, key_generation, public_key_pem, key_made_by, set_at_ms, replaced_at_ms)
     SELECT lock_id, key_generation, @gone, key_made_by, key_set_at_ms, @atMs FROM locks WHERE lock_id = @lockId`,
  )
  const replaceKey = database.prepare<{ lockId: LockId; publicKeyPem: string; keyMadeBy: string; atMs: number }>(
    `UPDATE locks SET public_key_pem = @publicKeyPem, key_made_by = @keyMadeBy, key_generation = key_generation + 1,
       key_set_at_ms = @atMs
     WHERE lock_id = @lockId`,
  )
  const setPassword = database.prepare<[string, LockId]>('UPDATE locks SET mqtt_password_hash = ? WHERE lock_id = ?')
  const insertCounters = database.prepare<[LockId]>('INSERT INTO lock_counters (lock_id, version) VALUES (?, 0)')
  const update = database.prepare<Required<LockChanges> & { lockId: LockId }>(
    `UPDATE locks SET name = @name, area = @area, directions = @directions, pulse_s = @pulseS,
       offline_after_min = @offlineAfterMin, organization = @organization,
       owner = @owner
     WHERE lock_id = @lockId`,
  )
  const setKey = database.prepare<[string, string, string, number, LockId]>(
    'UPDATE locks SET public_key_pem = ?, key_made_by = ?, mqtt_password_hash = ?, key_set_at_ms = ? WHERE lock_id = ?',
  )
  const arrive = database.prepare<[number, LockId]>(
    'UPDATE locks SET arrived_at_ms = ? WHERE lock_id = ? AND arrived_at_ms IS NULL',
  )
  const retire = database.prepare<[number, LockId]>('UPDATE locks SET retired_at_ms = ? WHERE lock_id = ?')
  return {
    lockExists: (lockId: LockId, uuid: LockUuid): boolean => exists.get(lockId, uuid) !== undefined,
    /** The lock that has this key, or had it once. */
    lockWithKey: (publicKeyPem: string): LockId | null => withKey.get({ pem: publicKeyPem })?.lockId ?? null,
    /** Counts no further than asked: a store of an earlier version may hold more than any limit. */
    countPrepared: (preparedBy: string, { ofOne, inAll }: PreparedLimits) => ({
      ofOne: countOfOne.get(preparedBy, ofOne)?.count ?? 0,
      inAll: countAll.get(inAll)?.count ?? 0,
    }),
    insertLock: ({ vendor, ...lock }: NewLock, preparedBy: string | null, atMs: number): void => {
      insert.run({ ...lock, ...vendor, preparedBy, atMs })
      insertCounters.run(lock.lockId)
    },
    setLockKey: (
      lockId: LockId,
      key: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy' | 'mqttPasswordHash'>,
      atMs: number,
    ): void => void setKey.run(key.publicKeyPem, key.keyMadeBy, key.mqttPasswordHash, atMs, lockId),
    arriveLock: (lockId: LockId, atMs: number): void => void arrive.run(atMs, lockId),
    retireLockRow: (lockId: LockId, atMs: number): void => void retire.run(atMs, lockId),
    /** The present key becomes a former one, in the form of `gone`. */
    replaceLockKey: (
      lockId: LockId,
      { gone, ...key }: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy'> & { readonly gone: string },
      atMs: number,
    ): void => {
      keepFormerKey.run({ lockId, gone, atMs })
      replaceKey.run({ ...key, lockId, atMs })
    },
    setLockPassword: (lockId: LockId, hash: string): void => void setPassword.run(hash, lockId),
    updateLockRow: (lockId: LockId, values: Required<LockChanges>): void => {
      const { name, area, directions, pulseS, offlineAfterMin, organization, owner } = values
      update.run({ name, area, directions, pulseS, offlineAfterMin, organization, owner, lockId })
    },
  }
}
