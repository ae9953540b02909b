import type { Organization } from '#protocol/ids.ts'
import type { Principal } from './principal.ts'

/** May see what belongs to the site and to no one lock. */
export function seesSite(principal: Principal, siteOrganization: Organization | null): boolean {
  if (principal.kind === 'owner' || principal.kind === 'staff') return true
  return principal.kind === 'service' && principal.organization === siteOrganization
}
