import type { Principal } from '#domain/access/principal.ts'
import { keysRevokedEvent } from '#domain/locks/judge-lock-change.ts'
import type { LockId } from '#protocol/ids.ts'
import { SWEPT_AT_ONCE } from '#store/tables/key-revocations.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** Revokes every key that the lock has, at once and in constant time, with one event. Answers how many they were. */
export function revokeKeysOf(tx: Transaction, lockId: LockId, by: Principal, atMs: number): number {
  const count = tx.countKeysNotRevoked(lockId)
  if (count === 0) return 0
  tx.beginKeyRevocation(lockId, atMs)
  tx.appendEvent(keysRevokedEvent(lockId, count, by, atMs))
  return count
}

/** Copies a revocation of all keys of a lock into some of the keys' own rows. True when there may be more. */
export function sweepRevokedKeys(tx: Transaction): boolean {
  const pending = tx.pendingKeyRevocation()
  if (pending === null) return false
  const { lockId, throughKey, atMs } = pending
  const rowIds = tx.unsweptKeys(lockId, throughKey)
  for (const rowId of rowIds) tx.revokeTempKeyRow(rowId, atMs)
  if (rowIds.length < SWEPT_AT_ONCE) tx.endKeyRevocation(lockId)
  return true
}
