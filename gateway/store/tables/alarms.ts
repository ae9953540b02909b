import type { Database } from 'better-sqlite3'
import type { AlarmCounts, AlarmPage } from '#domain/alarm-ports.ts'
import { type Alarm, judgeSighting, type Sighting } from '#domain/alarms/alarm.ts'
import type { LockId } from '#protocol/ids.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'
import type { InSteps } from './temp-key-lists.ts'

interface AlarmRow extends Omit<Alarm, 'acknowledged'> {
  readonly acknowledgedAtMs: number | null
  readonly acknowledgedBy: string | null
  readonly acknowledgedWord: string | null
}

const COLUMNS = `id, kind, lock_id AS lockId, severity, since_ms AS sinceMs, last_seen_ms AS lastSeenMs, count,
  cleared_at_ms AS clearedAtMs, about, advice, weight, acknowledged_at_ms AS acknowledgedAtMs,
  acknowledged_by AS acknowledgedBy, acknowledged_word AS acknowledgedWord`

export function alarmReads(database: Database) {
  const standing = database.prepare<[number], AlarmRow>(
    `SELECT ${COLUMNS} FROM alarms WHERE cleared_at_ms IS NULL ORDER BY kind, coalesce(lock_id, 0) LIMIT ?`,
  )
  const one = database.prepare<[string, number], AlarmRow>(
    `SELECT ${COLUMNS} FROM alarms WHERE kind = ? AND coalesce(lock_id, 0) = ? AND cleared_at_ms IS NULL`,
  )
  const byKind = database.prepare<[], { kind: string; count: number }>(
    'SELECT kind, count(*) AS count FROM alarms INDEXED BY alarms_standing WHERE cleared_at_ms IS NULL GROUP BY kind',
  )
  const byId = database.prepare<[number], AlarmRow>(`SELECT ${COLUMNS} FROM alarms WHERE id = ?`)
  const page = (where: string) =>
    database.prepare<[number, number], AlarmRow>(
      `SELECT ${COLUMNS} FROM alarms ${where} AND id < ? ORDER BY id DESC LIMIT ?`,
    )
  const standingPage = page('INDEXED BY alarms_standing_by_id WHERE cleared_at_ms IS NULL')
  const wholePage = page('WHERE true')
  const ofLock = database.prepare<[LockId, number], AlarmRow>(
    `SELECT ${COLUMNS} FROM alarms INDEXED BY alarms_of_lock WHERE lock_id = ? ORDER BY id DESC LIMIT ?`,
  )
  const newest = database.prepare<{ sinceMs: number; limit: number }, AlarmRow>(
    `SELECT * FROM (SELECT ${COLUMNS} FROM alarms ORDER BY id DESC LIMIT @limit)
     WHERE clearedAtMs IS NULL OR clearedAtMs >= @sinceMs OR sinceMs >= @sinceMs`,
  )
  return {
    /** Of the newest `limit`, those that stand, began or ended since. */
    recentAlarms: (sinceMs: number, limit: number): readonly Alarm[] => newest.all({ sinceMs, limit }).map(toAlarm),
    findAlarm: (id: number): Alarm | null => {
      const row = byId.get(id)
      return row === undefined ? null : toAlarm(row)
    },
    alarmsBefore: ({ beforeId, limit, includePast }: AlarmPage): readonly Alarm[] =>
      (includePast ? wholePage : standingPage).all(beforeId, limit).map(toAlarm),
    alarmsOfLock: (lockId: LockId, limit: number): readonly Alarm[] => ofLock.all(lockId, limit).map(toAlarm),
    standingAlarms: (limit: number): readonly Alarm[] => standing.all(limit).map(toAlarm),
    standingByKind: (): readonly { readonly kind: string; readonly count: number }[] => byKind.all(),
    /** The one of this kind and lock that stands. */
    standingAlarm: (kind: string, lockId: LockId | null): Alarm | null => {
      const row = one.get(kind, lockId ?? 0)
      return row === undefined ? null : toAlarm(row)
    },
  }
}

function toAlarm({ acknowledgedAtMs: atMs, acknowledgedBy: name, acknowledgedWord: word, ...row }: AlarmRow): Alarm {
  const acknowledged = atMs === null || name === null || word === null ? null : { atMs, name, word }
  return { ...row, acknowledged }
}

const NOBODY = { atMs: null, name: null, word: null }

function toRow({ acknowledged, ...alarm }: Alarm): AlarmRow {
  const { atMs, name, word } = acknowledged ?? NOBODY
  return { ...alarm, acknowledgedAtMs: atMs, acknowledgedBy: name, acknowledgedWord: word }
}

/** Alarms that one step counts, and all steps together: some weeks of a site where everything flaps. */
const COUNTED_AT_ONCE = 2_000
const COUNTED_MAX = 200_000

export function alarmCountReads(database: Database) {
  const page = database.prepare<[number, number], { id: number; lockId: LockId | null; sinceMs: number }>(
    'SELECT id, lock_id AS lockId, since_ms AS sinceMs FROM alarms WHERE id < ? ORDER BY id DESC LIMIT ?',
  )
  return {
    /** From the newest on. One that was stored late stands among later ones, so that a step is looked through whole. */
    *countAlarms(sinceMs: number): InSteps<AlarmCounts> {
      const counts = new Map<LockId, number>()
      let beforeId = Number.MAX_SAFE_INTEGER
      for (let looked = 0; looked < COUNTED_MAX; looked += COUNTED_AT_ONCE) {
        const rows = page.all(beforeId, COUNTED_AT_ONCE)
        const late = rows.filter((row) => row.sinceMs >= sinceMs)
        for (const { lockId } of late) if (lockId !== null) counts.set(lockId, (counts.get(lockId) ?? 0) + 1)
        beforeId = rows.at(-1)?.id ?? 0
        if (late.length === 0 || rows.length < COUNTED_AT_ONCE) return { counts: listed(counts), isAll: true }
        yield
      }
      return { counts: listed(counts), isAll: false }
    },
  }
}

const listed = (counts: ReadonlyMap<LockId, number>): AlarmCounts['counts'] =>
  [...counts].map(([lockId, count]) => ({ lockId, count }))

export function alarmWrites(database: Database, memory: WriterMemory) {
  const { standingAlarm } = alarmReads(database)
  const insert = database.prepare<AlarmRow>(
    `INSERT INTO alarms (kind, lock_id, severity, since_ms, last_seen_ms, count, about, advice, weight)
     VALUES (@kind, @lockId, @severity, @sinceMs, @lastSeenMs, @count, @about, @advice, @weight)`,
  )
  const update = database.prepare<AlarmRow>(
    `UPDATE alarms SET severity = @severity, last_seen_ms = @lastSeenMs, count = @count, about = @about, advice = @advice,
       weight = @weight, cleared_at_ms = @clearedAtMs, acknowledged_at_ms = @acknowledgedAtMs,
       acknowledged_by = @acknowledgedBy, acknowledged_word = @acknowledgedWord
     WHERE id = @id`,
  )
  const clear = database.prepare<[number, string, number]>(
    `UPDATE alarms SET cleared_at_ms = ? WHERE kind = ? AND coalesce(lock_id, 0) = ? AND cleared_at_ms IS NULL`,
  )
  return {
    putAlarm: (alarm: Alarm): void => void update.run(toRow(alarm)),
    /** The alarm's id when this raised it; null when it stood. */
    raise: (sighting: Sighting, atMs: number): number | null => {
      const before = standingAlarm(sighting.kind, sighting.lockId)
      const after = toRow(judgeSighting(sighting, before, atMs))
      memory.saw({ ...sighting, isNew: before === null })
      if (before === null) return Number(insert.run(after).lastInsertRowid)
      update.run(after)
      return null
    },
    /** False when it did not stand. */
    clear: (kind: string, lockId: LockId | null, atMs: number): boolean =>
      clear.run(atMs, kind, lockId ?? 0).changes > 0,
  }
}
