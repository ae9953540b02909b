import type { Database } from 'better-sqlite3'
import { nameKeyOf, type Staff, type StaffEvent } from '#domain/access/staff.ts'
import type { StaffId } from '#protocol/ids.ts'

export function staffReads(database: Database) {
  const columns = `id, name, role, code_hash AS codeHash, created_at_ms AS createdAtMs, created_by AS createdBy,
    until_ms AS untilMs, removed_at_ms AS removedAtMs, last_used_at_ms AS lastUsedAtMs`
  const present = database.prepare<[], Staff>(`SELECT ${columns} FROM staff WHERE removed_at_ms IS NULL`)
  const byId = database.prepare<[string], Staff>(`SELECT ${columns} FROM staff WHERE id = ?`)
  const events = database.prepare<[number, number], StaffEvent>(
    `SELECT e.seq, e.at_ms AS atMs, e.staff_id AS staffId, s.name, e.what, e.detail, e.by
     FROM staff_events e JOIN staff s ON s.id = e.staff_id WHERE e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
  )
  return {
    presentStaff: (): readonly Staff[] => present.all(),
    findStaff: (id: StaffId): Staff | null => byId.get(id) ?? null,
    /** Newest first. */
    staffEventsBefore: ({ beforeSeq, limit }: { readonly beforeSeq: number; readonly limit: number }) =>
      events.all(beforeSeq, limit),
  }
}

export function staffWrites(database: Database) {
  const put = database.prepare<Staff & { nameKey: string }>(
    `INSERT INTO staff (id, name, name_key, role, code_hash, created_at_ms, created_by, until_ms, removed_at_ms,
       last_used_at_ms)
     VALUES (@id, @name, @nameKey, @role, @codeHash, @createdAtMs, @createdBy, @untilMs, @removedAtMs, @lastUsedAtMs)
     ON CONFLICT (id) DO UPDATE SET role = @role, code_hash = @codeHash, until_ms = @untilMs,
       removed_at_ms = @removedAtMs, last_used_at_ms = @lastUsedAtMs`,
  )
  const tell = database.prepare<Omit<StaffEvent, 'seq' | 'name'>>(
    'INSERT INTO staff_events (at_ms, staff_id, what, detail, by) VALUES (@atMs, @staffId, @what, @detail, @by)',
  )
  return {
    /** Adds the person, or changes all but the name. */
    putStaff: (member: Staff): void => void put.run({ ...member, nameKey: nameKeyOf(member.name) }),
    tellOfStaff: ({ atMs, staffId, what, detail, by }: Omit<StaffEvent, 'seq' | 'name'>): void =>
      void tell.run({ atMs, staffId, what, detail, by }),
  }
}
