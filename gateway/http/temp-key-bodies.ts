import type { LockEvent } from '#domain/events.ts'
import type { Lock } from '#domain/lock.ts'
import { type Principal, principalLabel } from '#domain/principal.ts'
import { type TempKey, tempKeyStatus } from '#domain/temp-key.ts'

/** Bodies about keys in the shapes that the vendor's clients know. */

const iso = (atMs: number): string => new Date(atMs).toISOString()

/** Without `atMs` nothing changed, and there is no event to tell of. */
type Told = Pick<LockEvent, 'version'> & { readonly atMs?: number }

const commandBody = (lock: Lock, version: number, event: { type: string; data: object } | null, key: TempKey) => ({
  success: true,
  aggregateId: String(lock.lockId),
  version,
  event,
  tempKeyUuid: key.uuid,
})

export function tempKeyCreated(key: TempKey, lock: Lock, { version, atMs }: Told) {
  if (atMs === undefined) return commandBody(lock, version, null, key)
  const data = {
    tempKeyUuid: key.uuid,
    lockId: lock.lockId,
    lockUuid: lock.uuid,
    accessMode: key.accessMode,
    allowedUserIds: key.allowedUserIds,
    validFrom: iso(key.validFromMs),
    validUntil: iso(key.validUntilMs),
    maxUses: key.maxUses,
    createdBy: key.createdBy,
    timestamp: iso(atMs),
  }
  return commandBody(lock, version, { type: 'TempKeyCreated', data }, key)
}

export function tempKeyDeleted(key: TempKey, lock: Lock, { version, atMs, by }: Told & { readonly by?: Principal }) {
  if (atMs === undefined || by === undefined) return commandBody(lock, version, null, key)
  const data = {
    tempKeyUuid: key.uuid,
    lockId: lock.lockId,
    lockUuid: lock.uuid,
    deletedBy: principalLabel(by),
    timestamp: iso(atMs),
  }
  return commandBody(lock, version, { type: 'TempKeyDeleted', data }, key)
}

export const listedTempKey = (key: TempKey, lock: Lock, nowMs: number) => ({
  uuid: key.uuid,
  lockId: lock.lockId,
  lockUuid: lock.uuid,
  accessMode: key.accessMode,
  allowedUserIds: key.allowedUserIds,
  validFrom: iso(key.validFromMs),
  validUntil: iso(key.validUntilMs),
  maxUses: key.maxUses,
  usedCount: key.usedCount,
  heldCount: key.heldCount,
  description: key.description,
  createdAt: iso(key.createdAtMs),
  createdBy: key.createdBy,
  status: tempKeyStatus(key, nowMs),
})
