import { type Html, html } from './html.ts'

const DAY_MS = 86_400_000
const TIME_AND_ZONE_MAX = '00:00 GMT+05:45'.length

/** The building's time zone, and the guest's language. */
export interface SiteTime {
  readonly timeZone: string
  readonly locale: string
}

const KINDS = {
  year: { year: 'numeric' },
  date: { weekday: 'short', day: 'numeric', month: 'short' },
  dateWithYear: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
  shortDate: { day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  timeWithZone: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  timeWithSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  timeWithOffset: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'shortOffset' },
  /** A calendar day as a number of its own, whatever the language. */
  day: { year: 'numeric', month: 'numeric', day: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs more than the page; a site has one time zone, and there are few languages. */
export function siteFormatter(kind: keyof typeof KINDS, { timeZone, locale }: SiteTime): Intl.DateTimeFormat {
  const name = [kind, locale, timeZone].join(' ')
  const made = formatters.get(name) ?? new Intl.DateTimeFormat(locale, { ...KINDS[kind], timeZone })
  formatters.set(name, made)
  return made
}

/**
 * The building's time, not the phone's: the guest stands at its door. Near days are called yesterday, today and tomorrow;
 * the year is said when it is not the present one. A line is broken between day and time, and nowhere else.
 *
 * @param zone whether whoever reads it may be elsewhere, so that the time needs its zone
 */
export function moment(atMs: number, siteTime: SiteTime, nowMs: number, zone: 'with-zone' | 'near-without'): Html {
  const days = calendarDay(atMs, siteTime) - calendarDay(nowMs, siteTime)
  const isNear = Math.abs(days) <= 1
  const year = siteFormatter('year', siteTime)
  const date = year.format(atMs) === year.format(nowMs) ? 'date' : 'dateWithYear'
  const day = isNear
    ? new Intl.RelativeTimeFormat(siteTime.locale, { numeric: 'auto' }).format(days, 'day')
    : siteFormatter(date, siteTime).format(atMs)
  const time =
    isNear && zone === 'near-without' ? siteFormatter('time', siteTime).format(atMs) : withZone(atMs, siteTime)
  return html`<time datetime="${new Date(atMs).toISOString()}"><bdi>${day}</bdi> <bdi>${time}</bdi></time>`
}

/** Some languages have no short name for a zone, and would say all of "Central European Winter Time". */
function withZone(atMs: number, siteTime: SiteTime): string {
  const named = siteFormatter('timeWithZone', siteTime).format(atMs)
  return named.length <= TIME_AND_ZONE_MAX
    ? named
    : siteFormatter('timeWithOffset', { ...siteTime, locale: 'en-GB' }).format(atMs)
}

/** Days since 1970 as the building counts them. */
export function calendarDay(atMs: number, { timeZone }: SiteTime): number {
  const parts = siteFormatter('day', { timeZone, locale: 'en-u-ca-gregory' }).formatToParts(atMs)
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day')) / DAY_MS
}
