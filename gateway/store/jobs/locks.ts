import { judgeSetDoorPicture } from '#domain/locks/door-picture.ts'
import {
  judgeCreateLock,
  judgeGiveLockKey,
  judgeReflashLock,
  judgeRetireLock,
  judgeUpdateLock,
  preparerOfNew,
} from '#domain/locks/judge-lock-change.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type {
  CreateLock,
  CreateLockResult,
  CreateLocks,
  CreateLocksResult,
  GiveLockKey,
  GiveLockKeyResult,
  ReflashLockChange,
  ReflashLockResult,
  RetireLock,
  RetireLockResult,
  SetDoorPicture,
  SetDoorPictureResult,
  UpdateLock,
  UpdateLockResult,
} from '#domain/locks/lock-changes.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { revokeKeysOf } from './revoke-keys-of-lock.ts'

const UNSETTLED_COUNTED_MAX = 100

export function createLock(tx: Transaction, asked: CreateLock): CreateLockResult {
  const { lock, limits, atMs } = asked
  const preparedBy = preparerOfNew(asked)
  const verdict = judgeCreateLock(asked, {
    isThere: tx.lockExists(lock.lockId, lock.uuid),
    keyHolder: lock.publicKeyPem === null ? null : tx.lockWithKey(lock.publicKeyPem),
    prepared: preparedBy === null || limits === undefined ? null : tx.countPrepared(preparedBy, limits),
  })
  if (verdict.kind !== 'created') return verdict
  tx.insertLock(lock, preparedBy, atMs)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'created', lock: storedLock(tx, lock.lockId), event }
}

/** Judges each before it writes one: what is refused then leaves nothing behind. The list itself has no lock and no key twice. */
export function createLocks(tx: Transaction, { locks, by, atMs }: CreateLocks): CreateLocksResult {
  const refused = locks.flatMap(({ lockId, uuid, publicKeyPem }, at) => {
    const keyHolder = publicKeyPem === null ? null : tx.lockWithKey(publicKeyPem)
    return keyHolder !== null || tx.lockExists(lockId, uuid) ? [{ at, keyHolder }] : []
  })
  if (refused.length > 0) return { kind: 'refused', refused }
  const made = locks.map((lock) => {
    const result = createLock(tx, { lock, by, atMs })
    if (result.kind !== 'created') throw new Error(`lock ${lock.lockId} was judged free, and then refused`)
    return result.lock
  })
  return { kind: 'created', locks: made }
}

export function giveLockKey(tx: Transaction, asked: GiveLockKey): GiveLockKeyResult {
  const { lockId, key, takeOver, by, atMs } = asked
  const { publicKeyPem, keyMadeBy, mqttPasswordHash, ...changes } = key
  const verdict = judgeGiveLockKey(asked, tx.findLock(lockId), {
    keyHolder: tx.lockWithKey(publicKeyPem),
    createdBy: tx.creatorOf(lockId),
    keyCount: tx.countKeysNotRevoked(lockId),
  })
  if (verdict.kind !== 'given') return verdict
  const revoked = takeOver ? revokeKeysOf(tx, lockId, by, atMs) : 0
  updateLock(tx, { lockId, changes, by, atMs })
  tx.setLockKey(lockId, { publicKeyPem, keyMadeBy, mqttPasswordHash }, atMs)
  const event = tx.appendEvent(verdict.event(revoked))
  const keys = { stillGood: tx.countGoodKeys(lockId, atMs), revoked }
  return { kind: 'given', lock: storedLock(tx, lockId), event, keys }
}

export function updateLock(tx: Transaction, asked: UpdateLock): UpdateLockResult {
  const { lockId, changes, how, by, atMs } = asked
  const verdict = judgeUpdateLock(asked, tx.findLock(lockId))
  if (verdict.kind !== 'updated' && verdict.kind !== 'unchanged') return verdict
  const revoked = how?.revokeKeys === true ? revokeKeysOf(tx, lockId, by, atMs) : 0
  const isGiven = changes.owner !== undefined || changes.organization !== undefined
  const keys = { stillGood: isGiven ? tx.countGoodKeys(lockId, atMs) : 0, revoked }
  if (verdict.kind === 'unchanged') return { kind: 'unchanged', lock: storedLock(tx, lockId), keys }
  tx.updateLockRow(lockId, verdict.after)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'updated', lock: storedLock(tx, lockId), event, keys }
}

export function reflashLock(tx: Transaction, asked: ReflashLockChange): ReflashLockResult {
  const { lockId, reflash, atMs } = asked
  const { key, mqttPasswordHash } = reflash
  const keyHolder = key === null ? null : tx.lockWithKey(key.publicKeyPem)
  const verdict = judgeReflashLock(asked, tx.findLock(lockId), keyHolder)
  if (verdict.kind !== 'reflashed') return verdict
  if (key !== null) tx.replaceLockKey(lockId, { ...key, gone: verdict.gone }, atMs)
  tx.setLockPassword(lockId, mqttPasswordHash)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'reflashed', lock: storedLock(tx, lockId), event }
}

export function retireLock(tx: Transaction, asked: RetireLock): RetireLockResult {
  const { lockId, by, atMs } = asked
  const verdict = judgeRetireLock(asked, tx.findLock(lockId))
  if (verdict.kind !== 'retired') return verdict
  const keysRevoked = revokeKeysOf(tx, lockId, by, atMs)
  tx.retireLockRow(lockId, atMs)
  const event = tx.appendEvent(verdict.event(keysRevoked))
  const unsettled = tx.unsettledOf(lockId, UNSETTLED_COUNTED_MAX).length
  return { kind: 'retired', lock: storedLock(tx, lockId), event, keysRevoked, unsettled }
}

export function setDoorPicture(tx: Transaction, asked: SetDoorPicture): SetDoorPictureResult {
  const { lockId, picture } = asked
  const verdict = judgeSetDoorPicture(asked, tx.findLock(lockId), tx.findDoorPicture(lockId))
  if (verdict.kind === 'unchanged') return { kind: 'unchanged', lock: storedLock(tx, lockId) }
  if (verdict.kind !== 'updated') return verdict
  tx.putDoorPicture(lockId, picture)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'updated', lock: storedLock(tx, lockId), event }
}

export function noteArrivals(
  tx: Transaction,
  { lockIds, atMs }: { readonly lockIds: readonly LockId[]; readonly atMs: number },
): void {
  for (const lockId of lockIds) tx.arriveLock(lockId, atMs)
}

function storedLock(tx: Transaction, lockId: LockId): Lock {
  const lock = tx.findLock(lockId)
  if (lock === null) throw new Error(`lock ${lockId} is not there after it was stored`)
  return lock
}
