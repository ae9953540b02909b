import type { Database } from 'better-sqlite3'
import type { StaffSession } from '#domain/access/staff-session.ts'
import type { StaffId } from '#protocol/ids.ts'

type SessionRow = Omit<StaffSession, 'isSecure'> & { readonly isSecure: number }

export function staffSessionReads(database: Database) {
  const all = database.prepare<[], SessionRow>(
    `SELECT hash, staff_id AS staffId, began_at_ms AS beganAtMs, seen_at_ms AS seenAtMs, is_secure AS isSecure
     FROM staff_sessions`,
  )
  return {
    staffSessions: (): readonly StaffSession[] => all.all().map((row) => ({ ...row, isSecure: row.isSecure === 1 })),
  }
}

export function staffSessionWrites(database: Database) {
  const insert = database.prepare<SessionRow>(
    `INSERT INTO staff_sessions (hash, staff_id, began_at_ms, seen_at_ms, is_secure)
     VALUES (@hash, @staffId, @beganAtMs, @seenAtMs, @isSecure)`,
  )
  const seen = database.prepare<[number, string]>(
    'UPDATE staff_sessions SET seen_at_ms = max(seen_at_ms, ?) WHERE hash = ?',
  )
  const end = database.prepare<[string]>('DELETE FROM staff_sessions WHERE hash = ?')
  const endAll = database.prepare<[string]>('DELETE FROM staff_sessions WHERE staff_id = ?')
  return {
    insertStaffSession: (session: StaffSession): void =>
      void insert.run({ ...session, isSecure: session.isSecure ? 1 : 0 }),
    noteSessionSeen: (hash: string, atMs: number): void => void seen.run(atMs, hash),
    deleteStaffSession: (hash: string): void => void end.run(hash),
    deleteStaffSessionsOf: (id: StaffId): void => void endAll.run(id),
  }
}
