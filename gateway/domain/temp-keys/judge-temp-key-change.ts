import { lockRefusal } from '#domain/access/caller.ts'
import { principalLabel } from '#domain/access/principal.ts'
import type { EventData, NewEvent } from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { keyRefOf, type UserId } from '#protocol/ids.ts'
import { type TempKey, tempKeyContradiction } from './temp-key.ts'
import type {
  CreateTempKey,
  CreateTempKeyResult,
  NewTempKey,
  RevokeTempKey,
  RevokeTempKeyResult,
  TempKeyChanges,
  TempKeySeen,
  UpdateTempKey,
  UpdateTempKeyResult,
} from './temp-key-changes.ts'

/** Changes of a key are judged against what is stored in the same transaction, though whoever asks was asked before. */
type Verdict<Result extends { readonly kind: string }, Done extends Result['kind'], Change> =
  | Exclude<Result, { readonly kind: Done }>
  | ({ readonly kind: Done; readonly event: NewEvent } & Change)

/** @param existing the key that has this UUID already */
export function judgeCreateTempKey(
  { key, by, atMs }: CreateTempKey,
  lock: Lock | null,
  existing: TempKey | null,
): Verdict<CreateTempKeyResult, 'created', { readonly createdBy: string }> {
  if (lock === null) return { kind: 'lock-not-found' }
  // The lock may have been given away, and its keys revoked, a moment ago.
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  if (existing !== null) {
    if (!isSameBody(existing, key)) return { kind: 'uuid-taken' }
    if (existing.revokedAtMs !== null) return { kind: 'key-revoked' }
    return { kind: 'exists', key: existing, version: lock.version }
  }
  const createdBy = principalLabel(by)
  const { lockId, uuid, accessMode, allowedUserIds, validFromMs, validUntilMs, maxUses, description } = key
  const event: NewEvent = {
    ...{ lockId, type: 'TempKeyCreated', atMs },
    chained: { keyRef: keyRefOf(uuid), accessMode, validFromMs, validUntilMs, maxUses, createdBy },
    plain: { tempKeyUuid: uuid, allowedUserIds, description },
  }
  return { kind: 'created', createdBy, event }
}

/** Judged in the transaction, so two edits at once can't combine into nonsense. `key` is the whole key to be stored. */
export function judgeUpdateTempKey(
  asked: UpdateTempKey,
  lock: Lock | null,
  stored: TempKey | null,
): Verdict<UpdateTempKeyResult, 'updated', { readonly key: TempKey }> {
  const { lockId, uuid, by, atMs } = asked
  if (lock === null || stored === null || stored.lockId !== lockId) return { kind: 'key-not-found' }
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (stored.revokedAtMs !== null) return { kind: 'key-revoked' }
  if (asked.seen !== undefined && !isAsSeen(stored, asked.seen)) return { kind: 'changed-meanwhile', key: stored }

  const changes = differing(stored, asked.changes)
  const key = { ...stored, ...changes }
  const contradiction = tempKeyContradiction(key, asked.changes)
  if (contradiction !== null) return { kind: contradiction }
  if (Object.keys(changes).length === 0) return { kind: 'unchanged', key: stored, version: lock.version }
  const { allowedUserIds, ...shown } = changes
  const event: NewEvent = {
    ...{ lockId, type: 'TempKeyUpdated', atMs },
    chained: { keyRef: keyRefOf(uuid), changes: shown, updatedBy: principalLabel(by) },
    plain: { tempKeyUuid: uuid, ...(allowedUserIds !== undefined && { allowedUserIds }) },
  }
  return { kind: 'updated', key, event }
}

/** @param lock the key's own */
export function judgeRevokeTempKey(
  { uuid, by, atMs }: RevokeTempKey,
  lock: Lock | null,
  stored: TempKey | null,
): Verdict<RevokeTempKeyResult, 'revoked', object> {
  if (stored === null || lock === null) return { kind: 'key-not-found' }
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (stored.revokedAtMs !== null) return { kind: 'already-revoked', key: stored, version: lock.version }
  const event: NewEvent = {
    ...{ lockId: stored.lockId, type: 'TempKeyDeleted', atMs },
    chained: { keyRef: keyRefOf(uuid), deletedBy: principalLabel(by) },
    plain: { tempKeyUuid: uuid },
  }
  return { kind: 'revoked', event }
}

const isSameBody = (stored: TempKey, asked: NewTempKey): boolean =>
  stored.lockId === asked.lockId &&
  stored.accessMode === asked.accessMode &&
  stored.validFromMs === asked.validFromMs &&
  stored.validUntilMs === asked.validUntilMs &&
  stored.maxUses === asked.maxUses &&
  stored.description === asked.description &&
  isSameSet(new Set(stored.allowedUserIds), new Set(asked.allowedUserIds))

const isSameSet = (one: ReadonlySet<UserId>, other: ReadonlySet<UserId>): boolean =>
  one.size === other.size && [...one].every((userId) => other.has(userId))

const isAsSeen = (stored: TempKey, seen: TempKeySeen): boolean =>
  stored.validFromMs === seen.validFromMs &&
  stored.validUntilMs === seen.validUntilMs &&
  stored.maxUses === seen.maxUses

/** What is named and is not so already. */
function differing(key: TempKey, changes: TempKeyChanges): TempKeyChanges & EventData {
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
