import type { Database } from 'better-sqlite3'
import type { Mute, MuteScope } from '#domain/alarms/mute.ts'
import type { LockId } from '#protocol/ids.ts'

interface MuteRow extends Omit<Mute, 'scope'> {
  readonly scope: MuteScope['kind']
  readonly lockId: LockId | null
  readonly area: string | null
}

export function alarmMuteReads(database: Database) {
  const notOver = database.prepare<[number], MuteRow>(
    `SELECT id, scope, lock_id AS lockId, area, since_ms AS sinceMs, until_ms AS untilMs, muted_by AS mutedBy
     FROM alarm_mutes INDEXED BY alarm_mutes_not_ended WHERE ended_at_ms IS NULL AND until_ms > ? ORDER BY until_ms`,
  )
  /** Those that nobody ended and whose time is not over, soonest end first. */
  return { mutesAt: (nowMs: number): readonly Mute[] => notOver.all(nowMs).map(toMute) }
}

function toMute({ scope, lockId, area, ...row }: MuteRow): Mute {
  if (scope === 'site') return { ...row, scope: { kind: 'site' } }
  if (scope === 'lock' && lockId !== null) return { ...row, scope: { kind: 'lock', lockId } }
  if (scope === 'area' && area !== null) return { ...row, scope: { kind: 'area', area } }
  throw new Error('a mute of nothing is stored')
}

export function alarmMuteWrites(database: Database) {
  const insert = database.prepare<Omit<MuteRow, 'id'>>(
    `INSERT INTO alarm_mutes (scope, lock_id, area, since_ms, until_ms, muted_by)
     VALUES (@scope, @lockId, @area, @sinceMs, @untilMs, @mutedBy)`,
  )
  const end = database.prepare<[number, string, number]>(
    'UPDATE alarm_mutes SET ended_at_ms = ?, ended_by = ? WHERE id = ?',
  )
  return {
    insertMute: ({ scope, ...mute }: Omit<Mute, 'id'>): number => {
      const lockId = scope.kind === 'lock' ? scope.lockId : null
      const area = scope.kind === 'area' ? scope.area : null
      return Number(insert.run({ ...mute, scope: scope.kind, lockId, area }).lastInsertRowid)
    },
    endMute: (id: number, by: string, atMs: number): void => void end.run(atMs, by, id),
  }
}
