import type { ApiKeyId, Organization } from '#protocol/ids.ts'
import type { Scope } from './caller.ts'

/** `lk_<id>_<secret>`: 64 random bits that name the row, 256 that are the secret. */
export const API_KEY_PATTERN = /^lk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

export interface NewApiKey {
  readonly id: ApiKeyId
  /** SHA-256 of the secret, base64url: the secret itself is shown once and kept nowhere. */
  readonly secretHash: string
  readonly organization: Organization
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAtMs: number
  /** UTC, exclusive; null without an end. */
  readonly expiresAtMs: number | null
}

export interface ApiKey extends NewApiKey {
  readonly revokedAtMs: number | null
  readonly lastUsedAtMs: number | null
}

export interface ApiKeyUse {
  readonly id: ApiKeyId
  readonly atMs: number
}
