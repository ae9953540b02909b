import type { Principal } from '#domain/access/principal.ts'
import type { LockEvent } from '#domain/events/events.ts'
import type { NotTheirs } from '#domain/locks/lock-changes.ts'
import type { LockId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import type { AccessMode, TempKey, TempKeyContradiction, TempKeyStatus } from './temp-key.ts'

export interface NewTempKey {
  readonly uuid: TempKeyUuid
  readonly lockId: LockId
  readonly accessMode: AccessMode
  readonly allowedUserIds: readonly UserId[]
  readonly validFromMs: number
  readonly validUntilMs: number
  readonly maxUses: number | null
  readonly description: string | null
}

export interface CreateTempKey {
  readonly key: NewTempKey
  readonly by: Principal
  readonly atMs: number
}
/** All of them, or none. */
export interface CreateTempKeys {
  /** Each UUID once. */
  readonly keys: readonly NewTempKey[]
  readonly by: Principal
  readonly atMs: number
}
export type CreateTempKeysResult =
  /** All are there now; those that were there before have the same body. */
  | { readonly kind: 'created' }
  /** Nothing was made, because of the key for this lock. */
  | { readonly kind: Exclude<CreateTempKeyResult['kind'], 'created' | 'exists'>; readonly lockId: LockId }
export type CreateTempKeyResult =
  | { readonly kind: 'created'; readonly key: TempKey; readonly event: LockEvent }
  /** The same UUID with the same body. */
  | { readonly kind: 'exists'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'uuid-taken' }
  /** A revoked key stays revoked: who makes it again would be told of a key that opens nothing. */
  | { readonly kind: 'key-revoked' }
  | { readonly kind: 'lock-not-found' | 'lock-retired' }
  | NotTheirs
/** An absent field is never touched. */
export type TempKeyChanges = Partial<
  Pick<NewTempKey, 'validFromMs' | 'validUntilMs' | 'maxUses' | 'allowedUserIds' | 'accessMode'>
>
/** What somebody saw of a key when they decided to change it. */
export type TempKeySeen = Pick<NewTempKey, 'validFromMs' | 'validUntilMs' | 'maxUses'>
export interface UpdateTempKey {
  readonly lockId: LockId
  readonly uuid: TempKeyUuid
  /** Nothing is changed unless it is still so. */
  readonly seen?: TempKeySeen
  readonly changes: TempKeyChanges
  readonly by: Principal
  readonly atMs: number
}
export type UpdateTempKeyResult =
  | { readonly kind: 'updated'; readonly key: TempKey; readonly event: LockEvent }
  | { readonly kind: 'unchanged'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'key-not-found' | 'key-revoked' }
  /** It is not any more as it was seen. */
  | { readonly kind: 'changed-meanwhile'; readonly key: TempKey }
  /** What the change would leave makes no sense together with what is stored. */
  | { readonly kind: TempKeyContradiction }
  | NotTheirs
export interface RevokeTempKey {
  readonly uuid: TempKeyUuid
  readonly by: Principal
  readonly atMs: number
}
export type RevokeTempKeyResult =
  | { readonly kind: 'revoked'; readonly key: TempKey; readonly event: LockEvent }
  | { readonly kind: 'already-revoked'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'key-not-found' }
  | NotTheirs
/** All of them, or none. */
export interface RevokeTempKeys {
  /** Each once. */
  readonly uuids: readonly TempKeyUuid[]
  readonly by: Principal
  readonly atMs: number
}
export type RevokeTempKeysResult =
  | {
      readonly kind: 'revoked'
      readonly revoked: readonly TempKeyUuid[]
      readonly alreadyRevoked: readonly TempKeyUuid[]
    }
  /** Nothing was revoked, because of this one. */
  | { readonly kind: 'key-not-found' | NotTheirs['kind']; readonly uuid: TempKeyUuid }

export interface TempKeySearch {
  /** The cursor of the page before; null for the newest. */
  readonly before: number | null
  readonly limit: number
  /** Null for those of all locks. */
  readonly locks: ReadonlySet<LockId> | null
  readonly includeRevoked: boolean
  isWanted(key: TempKey): boolean
}

/** A key and the number by which staff's pages name it: unlike its UUID, it opens nothing. */
export interface NumberedTempKey {
  readonly number: number
  readonly key: TempKey
}

export interface FoundPage {
  /** The newest first. There may be fewer than asked for, though more are left. */
  readonly keys: readonly NumberedTempKey[]
  readonly nextCursor: number | null
}

export interface TempKeyListing {
  readonly limit: number
  readonly cursor: string | null
  readonly includeRevoked: boolean
  /** The last `limit` keys in place of those after the cursor. */
  readonly newest?: boolean
  /** Only keys that have this status at that time, UTC ms. */
  readonly status?: { readonly is: TempKeyStatus; readonly atMs: number }
}

export interface TempKeyPage {
  readonly keys: readonly TempKey[]
  readonly nextCursor: string | null
}
