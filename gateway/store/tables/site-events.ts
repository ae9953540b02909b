import type { Database } from 'better-sqlite3'
import type { LogPlace } from '#domain/events/event-log.ts'
import type { EventData } from '#domain/events/events.ts'
import type { NewSiteEvent, SiteEvent } from '#domain/events/site-event.ts'
import { canonicalJson } from './canonical-json.ts'

type SiteEventRow = Omit<SiteEvent, 'data'> & { readonly data: string }

export function siteEventReads(database: Database) {
  const before = database.prepare<[number, number, number, number, number], SiteEventRow>(
    `SELECT id, after_seq AS afterSeq, type, at_ms AS atMs, data FROM site_events
     WHERE (after_seq, id) < (?, ?) AND (after_seq, id) > (?, ?) ORDER BY after_seq DESC, id DESC LIMIT ?`,
  )
  const last = database.prepare<[], { id: number }>('SELECT coalesce(max(id), 0) AS id FROM site_events')
  return {
    lastSiteEvent: (): number => last.get()?.id ?? 0,
    /** Newest first. */
    siteEventsBefore: (place: LogPlace, after: LogPlace, limit: number): readonly SiteEvent[] =>
      before.all(place.seq, place.site, after.seq, after.site, limit).map(toSiteEvent),
  }
}

export function siteEventWrites(database: Database) {
  const insert = database.prepare<[string, number, string]>(
    `INSERT INTO site_events (after_seq, type, at_ms, data)
     VALUES ((SELECT coalesce(max(seq), 0) FROM events), ?, ?, ?)`,
  )
  return {
    appendSiteEvent: ({ type, atMs, data }: NewSiteEvent): void => void insert.run(type, atMs, canonicalJson(data)),
  }
}

function toSiteEvent(row: SiteEventRow): SiteEvent {
  const data: EventData = JSON.parse(row.data)
  return { ...row, data }
}
