import { lockRefusal } from '#domain/access/caller.ts'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { EventValue } from '#domain/events/events.ts'
import type { TempKeyChanges, UpdateTempKeyResult } from '#domain/ports.ts'
import { type TempKey, tempKeyContradiction } from '#domain/temp-keys/temp-key.ts'
import { keyRefOf, type LockId, type TempKeyUuid } from '#protocol/ids.ts'
import { isSameSet, storedKey } from '#store/tables/temp-keys.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export interface UpdateTempKey {
  readonly lockId: LockId
  readonly uuid: TempKeyUuid
  readonly changes: TempKeyChanges
  readonly by: Principal
  readonly atMs: number
}

/** Judged against the key as it stands in this transaction: two edits at once can't leave what neither of them meant. */
export function updateTempKey(tx: Transaction, asked: UpdateTempKey): UpdateTempKeyResult {
  const { lockId, uuid, by, atMs } = asked
  const stored = tx.findTempKeyRow(uuid)
  const lock = tx.findLock(lockId)
  if (lock === null || stored === null || stored.lockId !== lockId) return { kind: 'key-not-found' }
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (stored.revokedAtMs !== null) return { kind: 'key-revoked' }

  const changes = differing(stored, asked.changes)
  const key = { ...stored, ...changes }
  const contradiction = tempKeyContradiction(key, asked.changes)
  if (contradiction !== null) return { kind: contradiction }
  if (Object.keys(changes).length === 0) {
    return { kind: 'unchanged', key: storedKey(tx, uuid), version: lock.version }
  }
  tx.updateTempKeyRow(stored.rowId, key)
  const { allowedUserIds, ...shown } = changes
  const event = tx.appendEvent({
    lockId,
    type: 'TempKeyUpdated',
    atMs,
    chained: { keyRef: keyRefOf(uuid), changes: shown, updatedBy: principalLabel(by) },
    plain: { tempKeyUuid: uuid, ...(allowedUserIds !== undefined && { allowedUserIds }) },
  })
  return { kind: 'updated', key: storedKey(tx, uuid), event }
}

/** What is named and is not so already. */
function differing(key: TempKey, changes: TempKeyChanges): TempKeyChanges & { [name: string]: EventValue } {
  const { validFromMs, validUntilMs, maxUses, accessMode, allowedUserIds } = changes
  return {
    ...(validFromMs !== undefined && validFromMs !== key.validFromMs && { validFromMs }),
    ...(validUntilMs !== undefined && validUntilMs !== key.validUntilMs && { validUntilMs }),
    ...(maxUses !== undefined && maxUses !== key.maxUses && { maxUses }),
    ...(accessMode !== undefined && accessMode !== key.accessMode && { accessMode }),
    ...(allowedUserIds !== undefined &&
      !isSameSet(new Set(allowedUserIds), new Set(key.allowedUserIds)) && { allowedUserIds }),
  }
}
