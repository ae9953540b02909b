import { judgeAddStaff, judgeStaffChange } from '#domain/access/judge-staff-change.ts'
import type { AddStaff, AddStaffResult, ChangeStaff, ChangeStaffResult } from '#domain/access/staff.ts'
import type { StaffSession } from '#domain/access/staff-session.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function addStaff(tx: Transaction, asked: AddStaff): AddStaffResult {
  const judged = judgeAddStaff(asked, tx.presentStaff())
  if (judged.kind !== 'added') return judged
  tx.putStaff(judged.member)
  tx.tellOfStaff(judged.event)
  return { kind: 'added', member: judged.member }
}

export function changeStaff(tx: Transaction, asked: ChangeStaff): ChangeStaffResult {
  const judged = judgeStaffChange(asked, tx.findStaff(asked.id))
  if (judged.kind !== 'changed') return judged
  tx.putStaff(judged.member)
  if (judged.endsSessions) tx.deleteStaffSessionsOf(asked.id)
  tx.tellOfStaff(judged.event)
  return { kind: 'changed', member: judged.member }
}

/** Nothing begins for somebody who was removed meanwhile. */
export function beginStaffSession(
  tx: Transaction,
  { session, atMs }: { readonly session: StaffSession; readonly atMs: number },
): void {
  const member = tx.findStaff(session.staffId)
  if (member === null || member.removedAtMs !== null) return
  tx.insertStaffSession(session)
  tx.putStaff({ ...member, lastUsedAtMs: session.beganAtMs })
  tx.tellOfStaff({ atMs, staffId: member.id, what: 'signed-in', detail: null, by: `staff:${member.name}` })
}

export function endStaffSessions(
  tx: Transaction,
  { hashes }: { readonly hashes: readonly string[]; readonly atMs: number },
): void {
  for (const hash of hashes) tx.deleteStaffSession(hash)
}

export function noteStaffSeen(
  tx: Transaction,
  { seen }: { readonly seen: readonly { readonly hash: string; readonly atMs: number }[] },
): void {
  for (const { hash, atMs } of seen) tx.noteSessionSeen(hash, atMs)
}
