import type { ReadsOfStaff, StaffStore } from '#domain/access-ports.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock, ClockTrust } from '#domain/time/clock.ts'
import { StaffMembers } from './staff-members.ts'
import { StaffSessions } from './staff-sessions.ts'

/** Who has access to the console, who is signed in, and what became of it. */
export interface StaffAccess {
  readonly members: StaffMembers
  readonly sessions: StaffSessions
  readonly events: Pick<ReadsOfStaff, 'staffEventsBefore'>
}

export async function openStaffAccess(deps: {
  readonly store: StaffStore
  readonly clock: Clock
  readonly clockTrust: ClockTrust
  readonly log: Log
}): Promise<StaffAccess> {
  const members = new StaffMembers(await deps.store.presentStaff(), deps)
  const sessions = new StaffSessions(await deps.store.staffSessions(), { ...deps, members })
  return { members, sessions, events: deps.store }
}
