import type { StaffId } from '#protocol/ids.ts'
import type { Principal } from './principal.ts'
import type { StaffRole } from './roles.ts'

/** Without an end that is asked for, access lasts so long. */
export const ACCESS_LASTS_MS = 90 * 86_400_000
/** The longest that access is given for: nobody remembers to take back what was given for ever. */
export const ACCESS_LASTS_MAX_MS = 400 * 86_400_000
export const STAFF_NAME_MAX = 60
/** People with access at one time. */
export const STAFF_MAX = 500

/** One person of the staff. */
export interface Staff {
  readonly id: StaffId
  /** At any time no two people with access have the same. */
  readonly name: string
  readonly role: StaffRole
  /** See `accessCodeHash`: the code itself is shown once and kept nowhere. */
  readonly codeHash: string
  readonly createdAtMs: number
  /** See `principalLabel`. */
  readonly createdBy: string
  /** UTC, exclusive. */
  readonly untilMs: number
  readonly removedAtMs: number | null
  /** The last sign-in. */
  readonly lastUsedAtMs: number | null
}

export interface AddStaff {
  readonly id: StaffId
  readonly name: string
  readonly role: StaffRole
  readonly codeHash: string
  readonly untilMs: number
  readonly by: Principal
  readonly atMs: number
}
export type AddStaffResult =
  | { readonly kind: 'added'; readonly member: Staff }
  | { readonly kind: 'name-taken' | 'too-many' }

export type StaffChange =
  | { readonly kind: 'role'; readonly role: StaffRole }
  | { readonly kind: 'until'; readonly untilMs: number }
  | { readonly kind: 'code'; readonly codeHash: string }
  | { readonly kind: 'removed' }

export interface ChangeStaff {
  readonly id: StaffId
  readonly change: StaffChange
  readonly by: Principal
  readonly atMs: number
}
/** `unchanged`: it was so already. */
export type ChangeStaffResult =
  | { readonly kind: 'changed'; readonly member: Staff }
  | { readonly kind: 'unchanged'; readonly member: Staff }
  | { readonly kind: 'staff-not-found' }

/** What happened to somebody's access, for ever. */
export interface StaffEvent {
  readonly seq: number
  readonly atMs: number
  readonly staffId: StaffId
  readonly name: string
  readonly what: StaffEventKind
  /** The new role, or the new end in ISO 8601; null where there is nothing to add. */
  readonly detail: string | null
  /** See `principalLabel`. */
  readonly by: string
}
export const STAFF_EVENTS = ['added', 'role', 'until', 'code', 'removed', 'signed-in'] as const
export type StaffEventKind = (typeof STAFF_EVENTS)[number]

/** Two names that people take for one. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase()
