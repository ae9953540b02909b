import type { Organization } from '#protocol/ids.ts'
import type { LockRefusal } from './caller.ts'
import type { Principal } from './principal.ts'

/** Why a principal has no say in what belongs to the site and to no one lock; null when it has. The scope alone is not enough. */
export function siteRefusal(principal: Principal, siteOrganization: Organization | null): LockRefusal | null {
  if (principal.kind === 'owner' || principal.kind === 'staff') return null
  if (principal.kind !== 'service') return 'not-owner'
  return principal.organization === siteOrganization ? null : 'wrong-organization'
}

/** May see what belongs to the site and to no one lock. */
export const seesSite = (principal: Principal, siteOrganization: Organization | null): boolean =>
  siteRefusal(principal, siteOrganization) === null
