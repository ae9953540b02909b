import type { Database } from 'better-sqlite3'

const HOUR_MS = 3_600_000

/** Events outside of it are not of the time that was asked for; of those inside, each has still to be looked at. */
export interface SeqBounds {
  readonly from: number
  readonly through: number
}

/** Where in the order of commits a time lies: events have no index by their time. */
export function eventHourReads(database: Database) {
  const firstSince = database.prepare<[number], { seq: number | null }>(
    'SELECT min(seq) AS seq FROM event_hours WHERE hour >= ?',
  )
  const lastUntil = database.prepare<[number], { seq: number | null }>(
    'SELECT max(seq) AS seq FROM event_hours WHERE hour <= ?',
  )
  const next = database.prepare<[number], { seq: number | null }>(
    'SELECT min(seq) AS seq FROM event_hours WHERE seq > ?',
  )
  const hourOf = (atMs: number): number => Math.trunc(atMs / HOUR_MS)
  return {
    /** @param sinceMs UTC, null for the beginning @param untilMs UTC, null for now */
    boundsOf: (sinceMs: number | null, untilMs: number | null): SeqBounds => {
      const from = sinceMs === null ? 0 : (firstSince.get(hourOf(sinceMs))?.seq ?? Number.MAX_SAFE_INTEGER)
      if (untilMs === null) return { from, through: Number.MAX_SAFE_INTEGER }
      const last = lastUntil.get(hourOf(untilMs))?.seq ?? null
      if (last === null) return { from, through: 0 }
      const after = next.get(last)?.seq ?? null
      return { from, through: after === null ? Number.MAX_SAFE_INTEGER : after - 1 }
    },
  }
}
