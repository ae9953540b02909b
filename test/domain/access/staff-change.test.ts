import { expect, test } from 'vitest'
import { judgeAddStaff, judgeStaffChange } from '#domain/access/judge-staff-change.ts'
import { STAFF_MAX, type Staff, type StaffChange } from '#domain/access/staff.ts'
import { newStaffId } from '#protocol/ids.ts'

const AT_MS = Date.parse('2026-11-28T12:00:00Z')
const by = { kind: 'owner', name: 'ada' } as const
const asked = { id: newStaffId(), role: 'technician', codeHash: 'h', untilMs: AT_MS + 1, by, atMs: AT_MS } as const
const person = (name: string, difference: Partial<Staff> = {}): Staff => ({
  ...{ id: newStaffId(), name, role: 'technician', codeHash: 'h', createdAtMs: 0, createdBy: 'owner' },
  ...{ untilMs: AT_MS + 1, removedAtMs: null, lastUsedAtMs: null, ...difference },
})
const change = (what: StaffChange, member: Staff | null) =>
  judgeStaffChange({ id: member?.id ?? newStaffId(), change: what, by, atMs: AT_MS }, member)

test.each(['Tilda Berg', 'TILDA BERG', 'Ｔｉｌｄａ Berg'])('%s is no second Tilda Berg', (name) => {
  expect(judgeAddStaff({ ...asked, name }, [person('Tilda Berg')])).toEqual({ kind: 'name-taken' })
})

test('no more people than the bound have access at one time', () => {
  const present = Array.from({ length: STAFF_MAX }, (_, n) => person(`p${n}`))
  expect(judgeAddStaff({ ...asked, name: 'Ada' }, present).kind).toBe('too-many')
  expect(judgeAddStaff({ ...asked, name: 'Ada' }, present.slice(1)).kind).toBe('added')
})

test.each<[StaffChange, boolean]>([
  [{ kind: 'role', role: 'manager' }, true],
  [{ kind: 'code', codeHash: 'other' }, true],
  [{ kind: 'removed' }, true],
  [{ kind: 'until', untilMs: AT_MS + 2 }, false],
])('%j names who made it, and ends sessions: %s', (what, endsSessions) => {
  const event = { what: what.kind, by: 'owner:ada', name: 'Tilda', atMs: AT_MS }
  expect(change(what, person('Tilda'))).toMatchObject({ kind: 'changed', endsSessions, event })
})

test('what was so already is no event, and whoever was removed has nothing to change', () => {
  expect(change({ kind: 'role', role: 'technician' }, person('Tilda')).kind).toBe('unchanged')
  const removed = person('Tilda', { removedAtMs: AT_MS - 1 })
  for (const who of [removed, null]) expect(change({ kind: 'removed' }, who)).toEqual({ kind: 'staff-not-found' })
})
