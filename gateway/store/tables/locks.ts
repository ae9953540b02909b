import type { Database } from 'better-sqlite3'
import { lockRefusal } from '#domain/access/caller.ts'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { EventValue } from '#domain/events/events.ts'
import type { Lock, VendorFacts } from '#domain/locks/lock.ts'
import type {
  CreateLockResult,
  GiveLockKeyResult,
  LockChanges,
  LockKey,
  NewLock,
  UpdateLockHow,
  UpdateLockResult,
} from '#domain/locks/lock-changes.ts'
import { type PreparedLimits, preparedRefusal, preparerOf } from '#domain/locks/prepared-locks.ts'
import type { LockId, LockUuid } from '#protocol/ids.ts'
import { revokeKeysOf } from './key-revocations.ts'
import type { Transaction } from './transaction.ts'

export function lockWrites(database: Database) {
  const exists = database.prepare<[LockId, LockUuid], { one: 1 }>(
    'SELECT 1 AS one FROM locks WHERE lock_id = ? UNION ALL SELECT 1 FROM locks WHERE uuid = ?',
  )
  const insert = database.prepare<Omit<NewLock, 'vendor'> & VendorFacts & { atMs: number; preparedBy: string | null }>(
    `INSERT INTO locks (lock_id, uuid, name, area, pulse_s, organization, owner, public_key_pem, key_made_by,
       key_generation, mqtt_password_hash, created_at_ms, vendor_index, serial_number, vendor_name, prepared_by)
     VALUES (@lockId, @uuid, @name, @area, @pulseS, @organization, @owner, coalesce(@publicKeyPem, ''), @keyMadeBy,
       1, coalesce(@mqttPasswordHash, ''), @atMs, @index, @serialNumber, @vendorName, @preparedBy)`,
  )
  const withKey = database.prepare<{ pem: string }, { lockId: LockId }>(
    `SELECT lock_id AS lockId FROM locks WHERE public_key_pem = @pem AND public_key_pem <> ''
     UNION ALL SELECT lock_id FROM former_lock_keys WHERE public_key_pem = @pem LIMIT 1`,
  )
  const prepared = `public_key_pem = '' AND prepared_by IS NOT NULL`
  const countOfOne = database.prepare<[string, number], { count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM locks WHERE prepared_by = ? AND ${prepared} LIMIT ?)`,
  )
  const countAll = database.prepare<[number], { count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM locks WHERE ${prepared} LIMIT ?)`,
  )
  const keepFormerKey = database.prepare<{ lockId: LockId; gone: string; atMs: number }>(
    `INSERT INTO former_lock_keys (lock_id, key_generation, public_key_pem, key_made_by, replaced_at_ms)
     SELECT lock_id, key_generation, @gone, key_made_by, @atMs FROM locks WHERE lock_id = @lockId`,
  )
  const replaceKey = database.prepare<{ lockId: LockId; publicKeyPem: string; keyMadeBy: string }>(
    `UPDATE locks SET public_key_pem = @publicKeyPem, key_made_by = @keyMadeBy, key_generation = key_generation + 1
     WHERE lock_id = @lockId`,
  )
  const setPassword = database.prepare<[string, LockId]>('UPDATE locks SET mqtt_password_hash = ? WHERE lock_id = ?')
  const insertCounters = database.prepare<[LockId]>('INSERT INTO lock_counters (lock_id, version) VALUES (?, 0)')
  const update = database.prepare<Required<LockChanges> & { lockId: LockId }>(
    `UPDATE locks SET name = @name, area = @area, pulse_s = @pulseS, organization = @organization, owner = @owner
     WHERE lock_id = @lockId`,
  )
  const setKey = database.prepare<[string, string, string, LockId]>(
    'UPDATE locks SET public_key_pem = ?, key_made_by = ?, mqtt_password_hash = ? WHERE lock_id = ?',
  )
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
    setLockKey: (lockId: LockId, key: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy' | 'mqttPasswordHash'>): void =>
      void setKey.run(key.publicKeyPem, key.keyMadeBy, key.mqttPasswordHash, lockId),
    /** The present key becomes a former one, in the form of `gone`. */
    replaceLockKey: (
      lockId: LockId,
      { gone, ...key }: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy'> & { readonly gone: string },
      atMs: number,
    ): void => {
      keepFormerKey.run({ lockId, gone, atMs })
      replaceKey.run({ ...key, lockId })
    },
    setLockPassword: (lockId: LockId, hash: string): void => void setPassword.run(hash, lockId),
    updateLockRow: (lockId: LockId, values: Required<LockChanges>): void => void update.run({ ...values, lockId }),
  }
}

export interface CreateLock {
  readonly lock: NewLock
  readonly by: Principal
  readonly atMs: number
  /** Of what programs may prepare; without them it is not counted. */
  readonly limits?: PreparedLimits | undefined
}

export function createLock(tx: Transaction, { lock, by, atMs, limits }: CreateLock): CreateLockResult {
  if (tx.lockExists(lock.lockId, lock.uuid)) return { kind: 'lock-exists' }
  const byLock = lock.publicKeyPem === null ? null : tx.lockWithKey(lock.publicKeyPem)
  if (byLock !== null) return { kind: 'key-taken', byLock }
  const preparedBy = lock.publicKeyPem === null ? preparerOf(by) : null
  const refusal =
    preparedBy === null || limits === undefined ? null : preparedRefusal(tx.countPrepared(preparedBy, limits), limits)
  if (refusal !== null) return refusal
  tx.insertLock(lock, preparedBy, atMs)
  // The public key is evidence: every later ack is judged by it.
  const { uuid, name, area, pulseS, organization, owner, publicKeyPem, keyMadeBy, vendor } = lock
  const key = publicKeyPem === null ? {} : { publicKeyPem, keyMadeBy, keyGeneration: 1 }
  const described = { uuid, name, area, pulseS, organization, owner, ...key, vendor: { ...vendor } }
  const event = tx.appendEvent({
    lockId: lock.lockId,
    type: 'LockCreated',
    atMs,
    chained: { ...described, createdBy: principalLabel(by) },
    plain: {},
  })
  return { kind: 'created', lock: storedLock(tx, lock.lockId), event }
}

export interface GiveLockKey {
  readonly lockId: LockId
  readonly key: LockKey
  /** Whoever created it loses it, and with it every key that was made for it. */
  readonly takeOver: boolean
  readonly by: Principal
  readonly atMs: number
}

/** Never takes the place of a key: `reflashLock` does. */
export function giveLockKey(tx: Transaction, { lockId, key, takeOver, by, atMs }: GiveLockKey): GiveLockKeyResult {
  const lock = tx.findLock(lockId)
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.publicKeyPem !== null) return { kind: 'lock-exists' }
  const { publicKeyPem, keyMadeBy, mqttPasswordHash, ...changes } = key
  const byLock = tx.lockWithKey(publicKeyPem)
  if (byLock !== null) return { kind: 'key-taken', byLock }
  const createdBy = creatorOf(tx, lockId)
  if (!takeOver && createdBy !== principalLabel({ kind: 'owner' })) {
    return { kind: 'prepared', prepared: { lock, createdBy, keyCount: tx.countKeysNotRevoked(lockId) } }
  }
  const revoked = takeOver ? revokeKeysOf(tx, lockId, by, atMs) : 0
  updateLock(tx, { lockId, changes, by, atMs })
  tx.setLockKey(lockId, { publicKeyPem, keyMadeBy, mqttPasswordHash })
  const chained = {
    ...{ publicKeyPem, keyMadeBy, keyGeneration: lock.keyGeneration, updatedBy: principalLabel(by) },
    ...(takeOver && {
      takenOverFrom: createdBy,
      formerHolder: holderOf(lock),
      newHolder: holderOf({ ...lock, ...changes }),
      keysRevoked: revoked,
    }),
  }
  const event = tx.appendEvent({ lockId, type: 'LockKeySet', atMs, chained, plain: {} })
  const keys = { stillGood: tx.countGoodKeys(lockId, atMs), revoked }
  return { kind: 'given', lock: storedLock(tx, lockId), event, keys }
}

const holderOf = ({ organization, owner }: Pick<Lock, 'organization' | 'owner'>) => ({ organization, owner })

/** As its first event tells. */
function creatorOf(tx: Transaction, lockId: LockId): string {
  const [created] = tx.eventsOf(lockId, { afterVersion: 0, limit: 1 })
  return String(created?.chained.createdBy ?? 'unknown')
}

export interface UpdateLock {
  readonly lockId: LockId
  readonly changes: LockChanges
  readonly how?: UpdateLockHow
  readonly by: Principal
  readonly atMs: number
}

export function updateLock(tx: Transaction, { lockId, changes, how, by, atMs }: UpdateLock): UpdateLockResult {
  const { as: type = 'LockUpdated', revokeKeys = false } = how ?? {}
  const lock = tx.findLock(lockId)
  if (lock === null) return { kind: 'lock-not-found' }
  // Again, though the caller was asked: a former holder's word may come behind the one that gave the lock away.
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  const changed = differing(lock, changes)
  const revoked = revokeKeys ? revokeKeysOf(tx, lockId, by, atMs) : 0
  const isGiven = changes.owner !== undefined || changes.organization !== undefined
  const keys = { stillGood: isGiven ? tx.countGoodKeys(lockId, atMs) : 0, revoked }
  if (Object.keys(changed).length === 0) return { kind: 'unchanged', lock: storedLock(tx, lockId), keys }
  const { name, area, pulseS, organization, owner } = { ...lock, ...changed }
  tx.updateLockRow(lockId, { name, area, pulseS, organization, owner })
  const chained = { changes: changed, updatedBy: principalLabel(by) }
  const event = tx.appendEvent({ lockId, type, atMs, chained, plain: {} })
  return { kind: 'updated', lock: storedLock(tx, lockId), event, keys }
}

const CHANGEABLE = ['name', 'area', 'pulseS', 'organization', 'owner'] as const satisfies (keyof LockChanges)[]

/** An absent field is never touched. */
function differing(lock: Lock, changes: LockChanges): LockChanges & { [name: string]: EventValue } {
  const named = CHANGEABLE.filter((name) => changes[name] !== undefined && changes[name] !== lock[name])
  return Object.fromEntries(named.map((name) => [name, changes[name] ?? null]))
}

export function storedLock(tx: Transaction, lockId: LockId): Lock {
  const lock = tx.findLock(lockId)
  if (lock === null) throw new Error(`lock ${lockId} is not there after it was stored`)
  return lock
}
