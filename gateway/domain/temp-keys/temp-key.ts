import type { Principal } from '#domain/access/principal.ts'
import type { LockId, TempKeyUuid, UserId } from '#protocol/ids.ts'

export const ACCESS_MODES = ['public', 'user-whitelist'] as const
export type AccessMode = (typeof ACCESS_MODES)[number]

export interface TempKey {
  readonly uuid: TempKeyUuid
  /** The one door of this key; its row stands in a table of its own, so that a key can have several later. */
  readonly lockId: LockId
  readonly accessMode: AccessMode
  readonly allowedUserIds: readonly UserId[]
  /** UTC, inclusive. */
  readonly validFromMs: number
  /** UTC, exclusive. */
  readonly validUntilMs: number
  /** 1 or more, or null for no limit. */
  readonly maxUses: number | null
  /** Openings that are `opened` or `charged`. A truthful late ack may bring it above `maxUses`. */
  readonly usedCount: number
  /** Openings that are `reserved` or `unconfirmed`. */
  readonly heldCount: number
  readonly description: string | null
  readonly createdBy: string
  readonly createdAtMs: number
  readonly revokedAtMs: number | null
}

export type TempKeyWindowRefusal = 'key-revoked' | 'key-not-yet-valid' | 'key-expired'
export type TempKeyRefusal = TempKeyWindowRefusal | 'key-used-up'
export const TEMP_KEY_STATUSES = ['valid', 'expired', 'used-up', 'not-yet-valid', 'revoked'] as const
export type TempKeyStatus = (typeof TEMP_KEY_STATUSES)[number]

/** What a key's window is judged by. */
export type TempKeyWindow = Pick<TempKey, 'revokedAtMs' | 'validFromMs' | 'validUntilMs'>
export type TempKeyUses = Pick<TempKey, 'maxUses' | 'usedCount' | 'heldCount'>

/** `validFrom <= now < validUntil`, and not revoked. */
export function tempKeyWindowRefusal(key: TempKeyWindow, nowMs: number): TempKeyWindowRefusal | null {
  if (key.revokedAtMs !== null) return 'key-revoked'
  if (nowMs < key.validFromMs) return 'key-not-yet-valid'
  if (nowMs >= key.validUntilMs) return 'key-expired'
  return null
}

/** A held use is a use until it is known: otherwise two taps could share the last one. */
export const isUsedUp = (key: TempKeyUses): boolean =>
  key.maxUses !== null && key.usedCount + key.heldCount >= key.maxUses

export function tempKeyRefusal(key: TempKeyWindow & TempKeyUses, nowMs: number): TempKeyRefusal | null {
  return tempKeyWindowRefusal(key, nowMs) ?? (isUsedUp(key) ? 'key-used-up' : null)
}

const STATUS_OF_REFUSAL = {
  'key-revoked': 'revoked',
  'key-not-yet-valid': 'not-yet-valid',
  'key-expired': 'expired',
  'key-used-up': 'used-up',
} as const satisfies Record<TempKeyRefusal, TempKeyStatus>

export function tempKeyStatus(key: TempKeyWindow & TempKeyUses, nowMs: number): TempKeyStatus {
  const refusal = tempKeyRefusal(key, nowMs)
  return refusal === null ? 'valid' : STATUS_OF_REFUSAL[refusal]
}

/** What an edit must not leave behind: a window that never is, or names on a key that is for whoever has its link. */
export type TempKeyContradiction = 'window-empty' | 'public-with-users'

/** Judges the whole key as it would be stored: an edit of one end of the window leaves the other as it is. */
export function tempKeyContradiction(
  key: Pick<TempKey, 'validFromMs' | 'validUntilMs' | 'accessMode' | 'allowedUserIds'>,
  changed: { readonly allowedUserIds?: readonly UserId[] },
): TempKeyContradiction | null {
  if (key.validUntilMs <= key.validFromMs) return 'window-empty'
  // Naming users means that nobody else gets in, but a public key lets in everybody: refuse it rather than surprise.
  if (key.accessMode === 'public' && (changed.allowedUserIds?.length ?? 0) > 0) return 'public-with-users'
  return null
}

export const isWhitelisted = (key: Pick<TempKey, 'allowedUserIds'>, principal: Principal): boolean =>
  principal.kind === 'user' && key.allowedUserIds.includes(principal.userId)
