import type { Database } from 'better-sqlite3'

export function metaReads(database: Database) {
  // Not the whole table: the clock may have stepped back, but not often enough to hide in more than these.
  const lastTime = database.prepare<[], { ms: number }>(
    `SELECT max(last_time_ms, coalesce((SELECT max(at_ms) FROM (SELECT at_ms FROM events ORDER BY seq DESC LIMIT 1000)), 0))
       AS ms FROM meta`,
  )
  return { lastStoredMs: (): number => lastTime.get()?.ms ?? 0 }
}

export function metaWrites(database: Database) {
  const keep = database.prepare<[number]>('UPDATE meta SET last_time_ms = max(last_time_ms, ?)')
  return { keepLastTime: (atMs: number): void => void keep.run(atMs) }
}
