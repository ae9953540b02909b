import type { Scope } from './caller.ts'

export const STAFF_ROLES = ['technician', 'reception', 'auditor', 'manager'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

export interface RoleRights {
  readonly scopes: readonly Scope[]
  /** Guests' names, notes on their keys, and what was written about them. As everywhere, `keys:read` shows them. */
  readonly seesPersons: boolean
  /** A key's link opens a door: only who may also make one sees it. */
  readonly seesKeyLinks: boolean
}

/** What each role may. The one place: routes and pages name scopes, never roles. */
export const ROLES: Readonly<Record<StaffRole, RoleRights>> = {
  technician: {
    scopes: ['locks:read', 'locks:open', 'locks:admin', 'audit:read', 'alarms:write', 'technician'],
    seesPersons: false,
    seesKeyLinks: false,
  },
  reception: {
    scopes: ['keys:read', 'keys:write', 'locks:read', 'locks:open', 'audit:read', 'alarms:write'],
    seesPersons: true,
    seesKeyLinks: true,
  },
  auditor: { scopes: ['keys:read', 'locks:read', 'audit:read'], seesPersons: true, seesKeyLinks: false },
  manager: {
    scopes: [
      ...(['keys:read', 'keys:write', 'locks:read', 'locks:open', 'locks:admin', 'audit:read'] as const),
      ...(['alarms:write', 'staff:manage', 'technician'] as const),
    ],
    seesPersons: true,
    seesKeyLinks: true,
  },
}

/** Scopes by which nothing changes: a role that has no other changes nothing. */
export const READING_SCOPES: readonly Scope[] = ['keys:read', 'locks:read', 'audit:read']
