import type { Database } from 'better-sqlite3'

export function metaReads(database: Database) {
  // Not the newest event alone, for the clock may have stepped back; nor all of them, which would take too long.
  const lastTime = database.prepare<[], { ms: number }>(
    `SELECT max(last_time_ms, coalesce((SELECT max(at_ms) FROM
       (SELECT seq, at_ms FROM events ORDER BY seq DESC LIMIT 1000) WHERE seq > clock_confirmed_seq), 0)) AS ms FROM meta`,
  )
  return { lastStoredMs: (): number => lastTime.get()?.ms ?? 0 }
}

export function metaWrites(database: Database) {
  const keep = database.prepare<[number]>('UPDATE meta SET last_time_ms = max(last_time_ms, ?)')
  const confirm = database.prepare<[number]>(
    `UPDATE meta SET last_time_ms = ?, clock_confirmed_seq = coalesce((SELECT max(seq) FROM events), 0)`,
  )
  return {
    /** Forgets every time that was stored before. */
    confirmTime: (atMs: number): void => void confirm.run(atMs),
    keepLastTime: (atMs: number): void => void keep.run(atMs),
  }
}
