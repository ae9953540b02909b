import type { Database } from 'better-sqlite3'
import { ALARMS, type Alarm, type AlarmSeverity, adviceOf, type Sighting } from '#domain/alarms/alarm.ts'
import type { LockId } from '#protocol/ids.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'

export function alarmReads(database: Database) {
  const standing = database.prepare<[number], Alarm>(
    `SELECT kind, lock_id AS lockId, severity, since_ms AS sinceMs, last_seen_ms AS lastSeenMs, count,
       cleared_at_ms AS clearedAtMs, about, advice
     FROM alarms WHERE cleared_at_ms IS NULL ORDER BY kind, coalesce(lock_id, 0) LIMIT ?`,
  )
  return { standingAlarms: (limit: number): readonly Alarm[] => standing.all(limit) }
}

interface RaisedAlarm extends Omit<Sighting, 'advice'> {
  readonly severity: AlarmSeverity
  readonly advice: string
  readonly atMs: number
}

export function alarmWrites(database: Database, memory: WriterMemory) {
  const raise = database.prepare<RaisedAlarm, { count: number }>(
    `INSERT INTO alarms (kind, lock_id, severity, since_ms, last_seen_ms, count, about, advice)
     VALUES (@kind, @lockId, @severity, @atMs, @atMs, @times, @about, @advice)
     ON CONFLICT (kind, coalesce(lock_id, 0)) WHERE cleared_at_ms IS NULL DO UPDATE SET
       count = count + excluded.count, last_seen_ms = excluded.last_seen_ms, severity = excluded.severity,
       about = excluded.about, advice = excluded.advice
     RETURNING count`,
  )
  const clear = database.prepare<[number, string, number]>(
    `UPDATE alarms SET cleared_at_ms = ? WHERE kind = ? AND coalesce(lock_id, 0) = ? AND cleared_at_ms IS NULL`,
  )
  return {
    raise: (sighting: Sighting, atMs: number): void => {
      const { severity } = ALARMS[sighting.kind]
      const stored = raise.get({ ...sighting, severity, advice: adviceOf(sighting), atMs })
      memory.saw({ ...sighting, isNew: stored?.count === sighting.times })
    },
    /** False when it did not stand. */
    clear: (kind: string, lockId: LockId | null, atMs: number): boolean =>
      clear.run(atMs, kind, lockId ?? 0).changes > 0,
  }
}
