import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { LockReflash, ReflashLockResult } from '#domain/locks/lock-changes.ts'
import type { LockId } from '#protocol/ids.ts'
import { storedLock } from '#store/tables/locks.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export interface ReflashLock {
  readonly lockId: LockId
  readonly reflash: LockReflash
  readonly by: Principal
  readonly atMs: number
}

/** Another password, and another key pair if one is given: the one before it stays as evidence, and is never given out again. */
export function reflashLock(
  tx: Transaction,
  { lockId, reflash: { key, mqttPasswordHash, former }, by, atMs }: ReflashLock,
): ReflashLockResult {
  const lock = tx.findLock(lockId)
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.publicKeyPem === null) return { kind: 'no-key-yet' }
  const byLock = key === null ? null : tx.lockWithKey(key.publicKeyPem)
  if (byLock !== null) return { kind: 'key-taken', byLock }
  // Another reflash may have come between: then the key that goes is that one's.
  const gone = former?.stored === lock.publicKeyPem ? former.canonical : lock.publicKeyPem
  if (key !== null) tx.replaceLockKey(lockId, { ...key, gone }, atMs)
  tx.setLockPassword(lockId, mqttPasswordHash)
  const updatedBy = principalLabel(by)
  const event = tx.appendEvent({
    ...{ lockId, atMs, plain: {} },
    // The public key is evidence: every later ack is judged by it.
    ...(key === null
      ? { type: 'LockPasswordSet', chained: { updatedBy } }
      : {
          type: 'LockKeySet',
          chained: { ...key, keyGeneration: lock.keyGeneration + 1, updatedBy },
        }),
  })
  return { kind: 'reflashed', lock: storedLock(tx, lockId), event }
}
