import { z } from 'zod'
import type { LogPlace } from '#domain/events/event-log.ts'
import { LOG_KINDS, LOG_RESULTS } from '#domain/events/log-entry.ts'
import { EVERYTHING, type LogFilter } from '#domain/events/log-filter.ts'
import type { Zone } from '#domain/time/zone.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

const text = z.string().trim().max(200).default('').catch('')

export const logQuery = z.looseObject({
  ...{ door: text, key: text, person: text, kind: text, result: text, since: text, until: text },
  ...{ before: text, live: text },
})

export const placeText = ({ seq, site }: LogPlace): string => `${seq}.${site}`

export function parsePlace(given: string): LogPlace | null {
  const [, seq, site] = /^(\d{1,15})\.(\d{1,15})$/.exec(given) ?? []
  return seq === undefined || site === undefined ? null : { seq: Number(seq), site: Number(site) }
}

const FIELDS = ['door', 'key', 'person', 'kind', 'result', 'since', 'until'] as const

export interface AskedOfLog {
  readonly filter: LogFilter
  readonly before: LogPlace | null
  /** By field, as it was typed. */
  readonly values: Readonly<Record<(typeof FIELDS)[number], string>>
  readonly errors: Readonly<Record<string, string>>
  readonly isFollowed: boolean
}

/** Times are those that the building's clock shows. Every wrong field at once. */
export function askedOfLog(query: z.infer<typeof logQuery>, zone: Zone, { log }: ConsoleWords): AskedOfLog {
  const { door, key, person, kind, result, since, until, before, live } = query
  const from = instantOf(since, zone, 'first', log)
  const to = instantOf(until, zone, 'last', log)
  const isReversed = from.atMs !== null && to.atMs !== null && to.atMs <= from.atMs
  const errors = {
    ...(from.error !== null && { since: from.error }),
    ...(to.error !== null && { until: to.error }),
    ...(isReversed && { until: log.untilBeforeSince }),
  }
  const kinds = LOG_KINDS.filter((known) => known === kind)
  const results = LOG_RESULTS.filter((known) => known === result)
  return {
    filter: {
      ...EVERYTHING,
      ...{ door: door || null, key: key || null, person: person || null },
      kinds: kinds.length === 0 ? null : kinds,
      results: results.length === 0 ? null : results,
      // The end of an opening says it all.
      ...{ withSteps: false, sinceMs: from.atMs, untilMs: to.atMs },
    },
    before: parsePlace(before),
    values: { door, key, person, kind, result, since, until },
    ...{ errors, isFollowed: live !== 'off' },
  }
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::\d{2})?$/

/** An hour that the clock shows twice is meant whole: from its first beginning, to its last. */
function instantOf(
  typed: string,
  zone: Zone,
  which: 'first' | 'last',
  { badTime, skippedTime }: ConsoleWords['log'],
): { readonly atMs: number | null; readonly error: string | null } {
  if (typed === '') return { atMs: null, error: null }
  const [, date = '', hour = '', minute = ''] = LOCAL.exec(typed) ?? []
  if (Number.isNaN(Date.parse(`${date}T${hour}:${minute}Z`))) return { atMs: null, error: badTime }
  const instants = zone.instantsOf({ date, minuteOfDay: Number(hour) * 60 + Number(minute) })
  const atMs = instants.at(which === 'first' ? 0 : -1) ?? null
  return { atMs, error: atMs === null ? skippedTime : null }
}
