import { instantMeant } from '#domain/time/instant-meant.ts'
import type { Zone } from '#domain/time/zone.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** A time that somebody typed, by the clock of the building. */
export interface TypedTime {
  /** UTC; null while nobody knows what is meant. */
  readonly atMs: number | null
  /** A sentence for the field, when it is wrong. */
  readonly error: string | null
  /** Both times that it may mean, when the clock shows it twice. */
  readonly twice: readonly [string, string] | null
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::\d{2})?$/

/** In the form of a field for times. */
export function localText(atMs: number, zone: Zone): string {
  const { date, minuteOfDay } = zone.localOf(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`
}

/**
 * @param which says which time is meant that the clock shows twice
 * @param was what the field showed before: left as it is, it means this very instant, with its seconds. Null for nothing
 */
export function typedTime(
  text: string,
  which: string,
  was: number | null,
  zone: Zone,
  { keys }: ConsoleWords,
): TypedTime {
  if (was !== null && text === localText(was, zone) && which === '') return { atMs: was, error: null, twice: null }
  const [, date = '', hour = '', minute = ''] = LOCAL.exec(text) ?? []
  const asUtcMs = Date.parse(`${date}T${hour}:${minute}Z`)
  // A day that no calendar has would be taken for one of the next month.
  const isReal = !Number.isNaN(asUtcMs) && new Date(asUtcMs).toISOString().startsWith(`${date}T${hour}`)
  if (!isReal) return { atMs: null, error: keys.badTime, twice: null }
  const meant = instantMeant({ date, minuteOfDay: Number(hour) * 60 + Number(minute) }, zone)
  if (meant.kind === 'one') return { atMs: meant.atMs, error: null, twice: null }
  const [first, second] = meant.choices
  const shown = (atMs: number): string => {
    const text = zone.withOffset(atMs)
    return `${text.slice(11, 16)} (UTC${text.slice(19)})`
  }
  const choices = [shown(first), shown(second)] as const
  if (meant.kind === 'skipped') return { atMs: null, error: keys.skippedTime(...choices), twice: null }
  if (which === 'first') return { atMs: first, error: null, twice: choices }
  if (which === 'second') return { atMs: second, error: null, twice: choices }
  return { atMs: null, error: keys.repeatedTime(...choices), twice: choices }
}
