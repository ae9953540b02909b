import type { Database } from 'better-sqlite3'
import {
  comparePlaces,
  type LoggedOpening,
  type LogPlace,
  type LogQuery,
  type LogRow,
  type LogRows,
} from '#domain/events/event-log.ts'
import { textIn } from '#domain/events/events.ts'
import { SITE_EVENT_TYPES, type SiteEvent } from '#domain/events/site-event.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import { eventHourReads } from './event-hours.ts'
import { type EventRow, toEvent } from './events.ts'
import { eventsBackwards } from './events-backwards.ts'
import { siteEventReads } from './site-events.ts'
import type { InSteps } from './temp-key-lists.ts'

/** Events that one call looks at: whoever wants few of many gets short pages, not slow ones. */
const LOOKED_AT_MAX = 20_000
/** Events that one step reads: two or three milliseconds on a small machine. */
const READ_AT_ONCE = 100

/** From the newest to the oldest, events of locks and of the site in one order. */
export function logReads(database: Database) {
  const hours = eventHourReads(database)
  const backwards = eventsBackwards(database)
  const { siteEventsBefore } = siteEventReads(database)
  const openingOf = database.prepare<
    [string],
    Omit<LoggedOpening, 'corrected' | 'isTest'> & { readonly corrected: 0 | 1; readonly isTest: 0 | 1 }
  >(
    `SELECT principal, started_at_ms AS startedAtMs, state, reason, corrected, settled_at_ms AS settledAtMs,
       sent_after_ms AS sentAfterMs, acked_after_ms AS ackedAfterMs, is_test AS isTest FROM openings WHERE opening_id = ${ANY_VALUE}`,
  )
  const keyOf = database.prepare<[string], { description: string | null }>(
    `SELECT description FROM temp_keys WHERE uuid = ${ANY_VALUE}`,
  )

  function loggedOpening(openingId: string): LoggedOpening | null {
    const row = openingOf.get(openingId)
    return row === undefined ? null : { ...row, corrected: row.corrected === 1, isTest: row.isTest === 1 }
  }

  function rowOf(stored: EventRow): LogRow {
    const event = toEvent(stored)
    const openingId = textIn(event.chained, 'openingId')
    const uuid = textIn(event.plain, 'tempKeyUuid')
    return {
      ...{ kind: 'lock', event },
      opening: openingId === null ? null : loggedOpening(openingId),
      key: uuid === null ? null : (keyOf.get(uuid) ?? null),
    }
  }

  return {
    *logBefore(query: LogQuery, end: AbortSignal | null = null): InSteps<LogRows> {
      const { types, sinceMs, untilMs } = query
      const isMeant = (event: Pick<SiteEvent | EventRow, 'atMs' | 'type'>): boolean =>
        (types === null || types.has(event.type)) &&
        (sinceMs === null || event.atMs >= sinceMs) &&
        (untilMs === null || event.atMs < untilMs)
      const ofLocks = backwards(query, hours.boundsOf(sinceMs, untilMs))
      const ofSite = siteEvents(query)
      const rows: LogRow[] = []
      let lookedAt = 0
      let lookedTo: LogPlace = query.before
      while (end?.aborted !== true) {
        const [event, siteEvent] = [ofLocks.place(), ofSite.place()]
        if (event === null && siteEvent === null) return { rows, lookedTo: null }
        if (rows.length === query.limit || lookedAt >= LOOKED_AT_MAX) break
        const source = siteEvent === null || (event !== null && comparePlaces(event, siteEvent) > 0) ? ofLocks : ofSite
        if (source.isEmpty()) {
          // Whatever lies above it has been told: the other source has nothing newer.
          lookedTo = lowest(lookedTo, source.place())
          lookedAt += source.read(READ_AT_ONCE)
          yield
          continue
        }
        const found = source.take()
        lookedTo = found.place
        if (!isMeant(found.event)) continue
        const row: LogRow = found.kind === 'lock' ? rowOf(found.event) : { kind: 'site', event: found.event }
        if (query.isWanted(row)) rows.push(row)
      }
      return { rows, lookedTo }
    },
  }

  /** The same as `eventsBackwards` of the site's own. */
  function siteEvents({ before, after, withSite, types }: LogQuery) {
    let from: LogPlace | null = withSite && SITE_EVENT_TYPES.some((type) => types?.has(type) !== false) ? before : null
    const read: SiteEvent[] = []
    return {
      place: (): LogPlace | null => (read[0] === undefined ? from : placeOf(read[0])),
      isEmpty: (): boolean => read.length === 0,
      read: (most: number): number => {
        if (from === null) return 0
        const found = siteEventsBefore(from, after, most)
        read.push(...found)
        const last = found.at(-1)
        from = last === undefined || found.length < most ? null : placeOf(last)
        return found.length
      },
      take: () => {
        const event = read.shift()
        if (event === undefined) throw new Error('there is no event of the site to take')
        return { kind: 'site', place: placeOf(event), event } as const
      },
    }
  }
}

const placeOf = ({ afterSeq, id }: SiteEvent): LogPlace => ({ seq: afterSeq, site: id })

const lowest = (one: LogPlace, other: LogPlace | null): LogPlace =>
  other !== null && comparePlaces(other, one) < 0 ? other : one
