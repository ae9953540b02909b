import type { Database } from 'better-sqlite3'
import type { LockId } from '#protocol/ids.ts'

export type AlarmSeverity = 'notice' | 'warning' | 'critical'

/** A stored condition with a beginning and an end. */
export interface Alarm {
  readonly kind: string
  readonly lockId: LockId | null
  readonly severity: AlarmSeverity
  readonly sinceMs: number
  readonly lastSeenMs: number
  readonly count: number
  readonly clearedAtMs: number | null
  /** What it was last about: an opening's or command's id, or a keyRef. */
  readonly about: string | null
  readonly advice: string
}

export interface NewAlarm {
  /** A stable slug. One kind stands at most once per lock. */
  readonly kind: string
  readonly lockId: LockId | null
  readonly severity: AlarmSeverity
  readonly about: string | null
  /** A sentence for whoever is called at night. */
  readonly advice: string
}

/** The conditions that the store itself finds. */
export const STORE_ALARMS = {
  'ack-orphaned': {
    severity: 'warning',
    advice:
      'The lock answered a command that this store never held: was a backup restored, or is a second gateway at work?',
  },
  'lock-contradicts-itself': {
    severity: 'critical',
    advice: 'The lock signed two different outcomes of one command: check its firmware, and the door itself.',
  },
  'key-overused': {
    severity: 'warning',
    advice: 'A truthful late answer brought a key above its maximum of uses: see the events of this lock.',
  },
  'opening-charged-by-age': {
    severity: 'notice',
    advice: 'The lock never said what became of an opening, so its use was charged: check that the lock is reachable.',
  },
} as const satisfies Record<string, { severity: AlarmSeverity; advice: string }>

export function alarmReads(database: Database) {
  const standing = database.prepare<[number], Alarm>(
    `SELECT kind, lock_id AS lockId, severity, since_ms AS sinceMs, last_seen_ms AS lastSeenMs, count,
       cleared_at_ms AS clearedAtMs, about, advice
     FROM alarms WHERE cleared_at_ms IS NULL ORDER BY kind, coalesce(lock_id, 0) LIMIT ?`,
  )
  return { standingAlarms: (limit: number): readonly Alarm[] => standing.all(limit) }
}

export function alarmWrites(database: Database) {
  const raise = database.prepare<NewAlarm & { atMs: number; times: number }>(
    `INSERT INTO alarms (kind, lock_id, severity, since_ms, last_seen_ms, count, about, advice)
     VALUES (@kind, @lockId, @severity, @atMs, @atMs, @times, @about, @advice)
     ON CONFLICT (kind, coalesce(lock_id, 0)) WHERE cleared_at_ms IS NULL DO UPDATE SET
       count = count + excluded.count, last_seen_ms = excluded.last_seen_ms, severity = excluded.severity,
       about = excluded.about, advice = excluded.advice`,
  )
  const clear = database.prepare<[number, string, number]>(
    `UPDATE alarms SET cleared_at_ms = ? WHERE kind = ? AND coalesce(lock_id, 0) = ? AND cleared_at_ms IS NULL`,
  )
  return {
    /** @param times how often it was seen since it was last raised, 1 or more */
    raiseAlarm: (alarm: NewAlarm, atMs: number, times: number): void => void raise.run({ ...alarm, atMs, times }),
    /** The same, as `times`. */
    raiseOwnAlarm: (
      kind: keyof typeof STORE_ALARMS,
      lockId: LockId,
      about: string | null,
      atMs: number,
      times = 1,
    ): void => void raise.run({ kind, lockId, about, atMs, times, ...STORE_ALARMS[kind] }),
    /** False when it did not stand. */
    clearAlarm: (kind: string, lockId: LockId | null, atMs: number): boolean =>
      clear.run(atMs, kind, lockId ?? 0).changes > 0,
  }
}
