import type { Principal } from '#domain/access/principal.ts'
import { unreachable } from '#domain/unreachable.ts'

/**
 * How many locks without a key programs may prepare. Each costs time at every start and in every list until it gets a
 * key, and can't be deleted: without a limit one program could slow down the whole site.
 */
export interface PreparedLimits {
  /** Of one organization, or of one user; 0 for none. */
  readonly ofOne: number
  /** Of all together. */
  readonly inAll: number
}

export interface TooManyPrepared {
  readonly kind: 'too-many-prepared'
  /** Whose share is used up: the caller's own, or the whole site's. */
  readonly of: 'caller' | 'site'
  readonly limit: number
}

/**
 * For whom a prepared lock counts, wherever it goes afterwards: an organization, whichever of its keys it was, or a user.
 * Null for the owner and the staff, who answer for the site.
 */
export function preparerOf(principal: Principal): string | null {
  switch (principal.kind) {
    case 'owner':
    case 'staff':
      return null
    case 'guest':
      return 'guest'
    case 'user':
      return `user:${principal.userId}`
    case 'service':
      return `organization:${principal.organization}`
    default:
      return unreachable(principal)
  }
}

/** Null when one more may be prepared. @param prepared how many there are, counted no further than the limits */
export function preparedRefusal(
  prepared: { readonly ofOne: number; readonly inAll: number },
  limits: PreparedLimits,
): TooManyPrepared | null {
  if (prepared.ofOne >= limits.ofOne) return { kind: 'too-many-prepared', of: 'caller', limit: limits.ofOne }
  if (prepared.inAll >= limits.inAll) return { kind: 'too-many-prepared', of: 'site', limit: limits.inAll }
  return null
}
