import type { LockRefusal } from '#domain/access/caller.ts'
import type { Principal } from '#domain/access/principal.ts'
import type { LockEvent } from '#domain/events/events.ts'
import type { Picture } from '#domain/pictures/picture.ts'
import type { LockId, LockUuid, Organization, UserId } from '#protocol/ids.ts'
import type { Lock, VendorFacts } from './lock.ts'
import type { PreparedLimits, TooManyPrepared } from './prepared-locks.ts'

export interface NewLock {
  readonly lockId: LockId
  readonly uuid: LockUuid
  readonly name: string
  readonly area: string | null
  readonly pulseS: number
  readonly organization: Organization | null
  readonly owner: UserId | null
  /** Null together with the password: the lock itself is not at hand yet. */
  readonly publicKeyPem: string | null
  readonly keyMadeBy: 'lock' | 'gateway'
  readonly mqttPasswordHash: string | null
  readonly vendor: VendorFacts
}
/** What a lock gets that was created before it was at hand. */
export interface LockKey extends LockChanges {
  readonly publicKeyPem: string
  readonly keyMadeBy: 'lock' | 'gateway'
  readonly mqttPasswordHash: string
}
export type LockChanges = Partial<
  Pick<Lock, 'name' | 'area' | 'directions' | 'pulseS' | 'offlineAfterMin' | 'organization' | 'owner'>
>

/** What becomes of a lock's keys when it is given to somebody else. */
export interface KeysOfGivenLock {
  /** Keys that go on opening it, now or later; counted among the newest 20,000. */
  readonly stillGood: number
  readonly revoked: number
}

/** It was taken out of service for good: nothing of it is changed any more. */
type Retired = { readonly kind: 'lock-retired' }

/** A change of what belongs to a lock is judged once more where it is stored: the lock may have changed hands meanwhile. */
export type NotTheirs = { readonly kind: LockRefusal }

/** Another lock has this public key. */
type KeyTaken = { readonly kind: 'key-taken'; readonly byLock: LockId }
export interface CreateLock {
  readonly lock: NewLock
  readonly by: Principal
  readonly atMs: number
  /** Of what programs may prepare; without them it is not counted. */
  readonly limits?: PreparedLimits
}
export type CreateLockResult =
  | { readonly kind: 'created'; readonly lock: Lock; readonly event: LockEvent }
  | { readonly kind: 'lock-exists' }
  | KeyTaken
  | TooManyPrepared
/** Many at once: all of them or none. */
export interface CreateLocks {
  readonly locks: readonly NewLock[]
  readonly by: Principal
  readonly atMs: number
}
export type CreateLocksResult =
  | { readonly kind: 'created'; readonly locks: readonly Lock[] }
  /** Each that can't be created, by its place in the list; `keyHolder` null when its number is taken. */
  | {
      readonly kind: 'refused'
      readonly refused: readonly { readonly at: number; readonly keyHolder: LockId | null }[]
    }
/** Who created a lock before it was at hand, and what hangs on it. */
export interface PreparedLock {
  readonly lock: Lock
  readonly createdBy: string
  /** Keys that nobody has revoked. */
  readonly keyCount: number
}
/** Completes a lock that has no public key yet. One that a program created has to be taken over: that revokes its keys. */
export interface GiveLockKey {
  readonly lockId: LockId
  readonly key: LockKey
  /** Whoever created it loses it, and with it every key that was made for it. */
  readonly takeOver: boolean
  readonly by: Principal
  readonly atMs: number
}
export type GiveLockKeyResult =
  | { readonly kind: 'given'; readonly lock: Lock; readonly event: LockEvent; readonly keys: KeysOfGivenLock }
  /** A program created it, and it was not taken over. */
  | { readonly kind: 'prepared'; readonly prepared: PreparedLock }
  | { readonly kind: 'lock-exists' | 'lock-not-found' }
  | Retired
  | KeyTaken
/** Another password for a lock that has one, and another key pair, which counts one `keyGeneration` more. */
export interface ReflashLockChange {
  readonly lockId: LockId
  readonly reflash: LockReflash
  readonly by: Principal
  readonly atMs: number
}
/** What a lock is flashed with anew. */
export interface LockReflash {
  /** Null: it keeps its key pair. */
  readonly key: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy'> | null
  readonly mqttPasswordHash: string
  /** The key when this was asked, as stored and in canonical form; used only if that is still the stored key. */
  readonly former: { readonly stored: string; readonly canonical: string } | null
}
export type ReflashLockResult =
  | { readonly kind: 'reflashed'; readonly lock: Lock; readonly event: LockEvent }
  /** It was never flashed: adding it does that. */
  | { readonly kind: 'no-key-yet' | 'lock-not-found' }
  | Retired
  /** It may be the lock itself, which has or had this key. */
  | KeyTaken
/** `LockUpdated` names the fields; the others are the vendor's events for one field. */
export type LockUpdateEvent = 'LockUpdated' | 'OwnerSet' | 'OrganizationSet'
export interface UpdateLockHow {
  /** `LockUpdated` unless said otherwise. */
  readonly as?: LockUpdateEvent
  /** Revokes every temp key of the lock in the same transaction. */
  readonly revokeKeys?: boolean
}
export interface UpdateLock {
  readonly lockId: LockId
  readonly changes: LockChanges
  readonly how?: UpdateLockHow
  readonly by: Principal
  readonly atMs: number
}
/** What a guest is shown of the door; null takes it away. */
export interface SetDoorPicture {
  readonly lockId: LockId
  readonly picture: Picture | null
  readonly by: Principal
  readonly atMs: number
}
export type SetDoorPictureResult =
  | { readonly kind: 'updated'; readonly lock: Lock; readonly event: LockEvent }
  | { readonly kind: 'unchanged'; readonly lock: Lock }
  | { readonly kind: 'lock-not-found' }
  | Retired
  | NotTheirs
export type UpdateLockResult =
  | { readonly kind: 'updated'; readonly lock: Lock; readonly event: LockEvent; readonly keys: KeysOfGivenLock }
  | { readonly kind: 'unchanged'; readonly lock: Lock; readonly keys: KeysOfGivenLock }
  | { readonly kind: 'lock-not-found' }
  | Retired
  | NotTheirs
/** Takes a lock out of service for good, and revokes every temp key of it in the same transaction. */
export interface RetireLock {
  readonly lockId: LockId
  readonly by: Principal
  readonly atMs: number
}
export type RetireLockResult =
  | {
      readonly kind: 'retired'
      readonly lock: Lock
      readonly event: LockEvent
      readonly keysRevoked: number
      /** Openings of which only the lock knows the end; no more than 100 are counted. */
      readonly unsettled: number
    }
  | { readonly kind: 'already-retired'; readonly lock: Lock }
  | { readonly kind: 'lock-not-found' }
