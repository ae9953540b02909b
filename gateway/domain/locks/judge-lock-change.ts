import { lockRefusal } from '#domain/access/caller.ts'
import { isOwnersLabel, type Principal, principalLabel } from '#domain/access/principal.ts'
import type { EventData, NewEvent } from '#domain/events/events.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import type {
  CreateLock,
  CreateLockResult,
  GiveLockKey,
  GiveLockKeyResult,
  LockChanges,
  PreparedLock,
  ReflashLockChange,
  ReflashLockResult,
  RetireLock,
  RetireLockResult,
  UpdateLock,
  UpdateLockResult,
} from './lock-changes.ts'
import { preparedRefusal, preparerOf } from './prepared-locks.ts'

type Refused<Result extends { readonly kind: string }, Done extends Result['kind']> = Exclude<
  Result,
  { readonly kind: Done }
>

/** Against whose limit a new lock without a key counts; null when it has a key, or the owner creates it. */
export const preparerOfNew = ({ lock, by }: Pick<CreateLock, 'lock' | 'by'>): string | null =>
  lock.publicKeyPem === null ? preparerOf(by) : null

/** What the store has already, of a lock that is to be created. */
interface FoundForNew {
  /** A lock with this number or UUID. */
  readonly isThere: boolean
  /** The lock that has this public key, or had it once; null without a key. */
  readonly keyHolder: LockId | null
  /** Counted no further than the limits; null where nothing is limited. */
  readonly prepared: { readonly ofOne: number; readonly inAll: number } | null
}

export function judgeCreateLock(
  { lock, by, atMs, limits }: CreateLock,
  { isThere, keyHolder, prepared }: FoundForNew,
): Refused<CreateLockResult, 'created'> | { readonly kind: 'created'; readonly event: NewEvent } {
  if (isThere) return { kind: 'lock-exists' }
  if (keyHolder !== null) return { kind: 'key-taken', byLock: keyHolder }
  const refusal = prepared === null || limits === undefined ? null : preparedRefusal(prepared, limits)
  if (refusal !== null) return refusal
  const { lockId, uuid, name, area, pulseS, organization, owner, publicKeyPem, keyMadeBy, vendor } = lock
  // The public key is evidence: every later ack is judged by it.
  const key = publicKeyPem === null ? {} : { publicKeyPem, keyMadeBy, keyGeneration: 1 }
  const given = Object.entries(vendor).filter(([, value]) => value !== null)
  const described = {
    ...{ uuid, name, area, pulseS, organization },
    ...(owner !== null && { owner }),
    ...key,
    vendor: Object.fromEntries(given),
  }
  const chained = { ...described, createdBy: principalLabel(by) }
  return { kind: 'created', event: { lockId, type: 'LockCreated', atMs, chained, plain: {} } }
}

/**
 * Gives a lock its first key; only a reflash replaces one. When the lock is taken over, the caller revokes its temp
 * keys in the same transaction, before it writes `event`, which names how many they were.
 *
 * @param createdBy as the lock's first event tells
 */
export function judgeGiveLockKey(
  { lockId, key, takeOver, by, atMs }: GiveLockKey,
  lock: Lock | null,
  found: { readonly keyHolder: LockId | null; readonly createdBy: string; readonly keyCount: number },
):
  | Refused<GiveLockKeyResult, 'given' | 'prepared'>
  | { readonly kind: 'prepared'; readonly prepared: PreparedLock }
  | { readonly kind: 'given'; event(keysRevoked: number): NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  if (lock.publicKeyPem !== null) return { kind: 'lock-exists' }
  if (found.keyHolder !== null) return { kind: 'key-taken', byLock: found.keyHolder }
  const { createdBy, keyCount } = found
  if (!takeOver && !isOwnersLabel(createdBy)) {
    return { kind: 'prepared', prepared: { lock, createdBy, keyCount } }
  }
  const { publicKeyPem, keyMadeBy, mqttPasswordHash: _, ...changes } = key
  const set = { publicKeyPem, keyMadeBy, keyGeneration: lock.keyGeneration, updatedBy: principalLabel(by) }
  const holders = { formerHolder: holderOf(lock), newHolder: holderOf({ ...lock, ...changes }) }
  const event = (keysRevoked: number): NewEvent => {
    const takenOver = takeOver ? { takenOverFrom: createdBy, ...holders, keysRevoked } : {}
    return { lockId, type: 'LockKeySet', atMs, chained: { ...set, ...takenOver }, plain: {} }
  }
  return { kind: 'given', event }
}

const holderOf = ({ organization, owner }: Pick<Lock, 'organization' | 'owner'>) => ({ organization, owner })

/** `changed`: what is named and is not so already; the lock as it is to be stored is `after`. */
export function judgeUpdateLock(
  { lockId, changes, how = {}, by, atMs }: UpdateLock,
  lock: Lock | null,
):
  | Refused<UpdateLockResult, 'updated' | 'unchanged'>
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'updated'; readonly after: Lock; readonly event: NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  // Checked although the request was: the lock may have been given to somebody else since then.
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  const changed = differing(lock, changes)
  if (Object.keys(changed).length === 0) return { kind: 'unchanged' }
  const chained = { changes: changed, updatedBy: principalLabel(by) }
  const event: NewEvent = { lockId, type: how.as ?? 'LockUpdated', atMs, chained, plain: {} }
  return { kind: 'updated', after: { ...lock, ...changed }, event }
}

const CHANGEABLE = [
  'name',
  'area',
  'directions',
  'pulseS',
  'offlineAfterMin',
  'organization',
  'owner',
] as const satisfies (keyof LockChanges)[]

/** An absent field is never touched. */
function differing(lock: Lock, changes: LockChanges): LockChanges & EventData {
  const named = CHANGEABLE.filter((name) => changes[name] !== undefined && changes[name] !== lock[name])
  return Object.fromEntries(named.map((name) => [name, changes[name] ?? null]))
}

/** `gone`: the present key, in the form that is kept of it; it stays as evidence, and is never given out again. */
export function judgeReflashLock(
  { lockId, reflash: { key, former }, by, atMs }: ReflashLockChange,
  lock: Lock | null,
  keyHolder: LockId | null,
):
  | Refused<ReflashLockResult, 'reflashed'>
  | { readonly kind: 'reflashed'; readonly gone: string; readonly event: NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  if (lock.publicKeyPem === null) return { kind: 'no-key-yet' }
  if (keyHolder !== null) return { kind: 'key-taken', byLock: keyHolder }
  // Another reflash may have replaced the key since `former` was read: then that newer key is the one that goes.
  const gone = former?.stored === lock.publicKeyPem ? former.canonical : lock.publicKeyPem
  const updatedBy = principalLabel(by)
  const event: NewEvent =
    key === null
      ? { lockId, type: 'LockPasswordSet', atMs, chained: { updatedBy }, plain: {} }
      : {
          ...{ lockId, type: 'LockKeySet', atMs, plain: {} },
          // The public key is evidence: every later ack is judged by it.
          chained: { ...key, keyGeneration: lock.keyGeneration + 1, updatedBy },
        }
  return { kind: 'reflashed', gone, event }
}

/** The caller revokes the lock's temp keys in the same transaction, before it writes `event`. */
export function judgeRetireLock(
  { lockId, by, atMs }: RetireLock,
  lock: Lock | null,
):
  | Exclude<RetireLockResult, { readonly kind: 'retired' }>
  | { readonly kind: 'retired'; event(keysRevoked: number): NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.retiredAtMs !== null) return { kind: 'already-retired', lock }
  const event = (keysRevoked: number): NewEvent => ({
    ...{ lockId, type: 'LockRetired', atMs, plain: {} },
    chained: { keysRevoked, retiredBy: principalLabel(by) },
  })
  return { kind: 'retired', event }
}

export const keysRevokedEvent = (lockId: LockId, count: number, by: Principal, atMs: number): NewEvent => ({
  ...{ lockId, type: 'TempKeysRevoked', atMs },
  chained: { count, revokedBy: principalLabel(by) },
  plain: {},
})
