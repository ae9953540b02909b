import { unreachable } from '#domain/unreachable.ts'
import { principalLabel } from './principal.ts'
import {
  type AddStaff,
  type AddStaffResult,
  type ChangeStaff,
  type ChangeStaffResult,
  nameKeyOf,
  STAFF_MAX,
  type Staff,
  type StaffChange,
  type StaffEvent,
} from './staff.ts'

type NewStaffEvent = Omit<StaffEvent, 'seq'>

/** @param present everybody with access, ended or not: whose access has ended can have it again under the same name */
export function judgeAddStaff(
  { by, atMs, ...asked }: AddStaff,
  present: readonly Staff[],
):
  | Exclude<AddStaffResult, { readonly kind: 'added' }>
  | { readonly kind: 'added'; readonly member: Staff; readonly event: NewStaffEvent } {
  if (present.length >= STAFF_MAX) return { kind: 'too-many' }
  const nameKey = nameKeyOf(asked.name)
  if (present.some(({ name }) => nameKeyOf(name) === nameKey)) return { kind: 'name-taken' }
  const createdBy = principalLabel(by)
  const member = { ...asked, createdAtMs: atMs, createdBy, removedAtMs: null, lastUsedAtMs: null }
  const event = { atMs, staffId: asked.id, name: asked.name, what: 'added', detail: asked.role, by: createdBy } as const
  return { kind: 'added', member, event }
}

/** What a change makes of somebody's access. `endsSessions`: what was signed in with it is over. */
export function judgeStaffChange(
  { change, by, atMs }: ChangeStaff,
  member: Staff | null,
):
  | Exclude<ChangeStaffResult, { readonly kind: 'changed' }>
  | {
      readonly kind: 'changed'
      readonly member: Staff
      readonly endsSessions: boolean
      readonly event: NewStaffEvent
    } {
  if (member === null || member.removedAtMs !== null) return { kind: 'staff-not-found' }
  const { after, detail, endsSessions } = changed(member, change, atMs)
  if (after === member) return { kind: 'unchanged', member }
  const event = { atMs, staffId: member.id, name: member.name, what: change.kind, detail, by: principalLabel(by) }
  return { kind: 'changed', member: after, endsSessions, event }
}

function changed(
  member: Staff,
  change: StaffChange,
  atMs: number,
): { readonly after: Staff; readonly detail: string | null; readonly endsSessions: boolean } {
  switch (change.kind) {
    case 'role':
      return {
        after: change.role === member.role ? member : { ...member, role: change.role },
        ...{ detail: change.role, endsSessions: true },
      }
    case 'until':
      return {
        after: change.untilMs === member.untilMs ? member : { ...member, untilMs: change.untilMs },
        // A session asks for the end by itself.
        ...{ detail: new Date(change.untilMs).toISOString(), endsSessions: false },
      }
    case 'code':
      // Whoever found the old one may be signed in with it.
      return { after: { ...member, codeHash: change.codeHash }, detail: null, endsSessions: true }
    case 'removed':
      return { after: { ...member, removedAtMs: atMs }, detail: null, endsSessions: true }
    default:
      return unreachable(change)
  }
}
