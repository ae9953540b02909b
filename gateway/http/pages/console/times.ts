import { type Html, html } from '#http/pages/shared/html.ts'
import { calendarDay, moment, type SiteTime, siteFormatter } from '#http/pages/shared/site-time.ts'

/** The building's time zone, the reader's language, and the moment the page is made at. */
export interface PageTime extends SiteTime {
  readonly nowMs: number
}

/** To the minute: "today 14:03", "Thu, 19 Nov 14:03 CET". */
export const timeOf = (atMs: number, time: PageTime): Html => moment(atMs, time, time.nowMs, 'near-without')

/** To the second, for what is read beside other such lines; a day is named when it is not today. */
export function exactTimeOf(atMs: number, time: PageTime): Html {
  const isToday = calendarDay(atMs, time) === calendarDay(time.nowMs, time)
  const day = isToday ? '' : `${siteFormatter('date', time).format(atMs)} `
  return html`<time datetime="${new Date(atMs).toISOString()}">${day}${siteFormatter('timeWithSeconds', time).format(atMs)}</time>`
}

/** Where there is little room: "14:03" today, and "24 Nov" on another day. */
export function shortTimeOf(atMs: number, time: PageTime): Html {
  const isToday = calendarDay(atMs, time) === calendarDay(time.nowMs, time)
  const said = siteFormatter(isToday ? 'time' : 'shortDate', time).format(atMs)
  return html`<time datetime="${new Date(atMs).toISOString()}">${said}</time>`
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** The largest unit that it has, and the next one: "3 hr 12 min". */
export function durationOf(durationMs: number, { locale }: Pick<SiteTime, 'locale'>): string {
  const at = UNITS.findIndex(([, unitMs]) => durationMs >= unitMs)
  if (at === -1) return unitText(Math.max(0, Math.round(durationMs)), 'millisecond', locale)
  let leftMs = durationMs
  return UNITS.slice(at, at + 2)
    .flatMap(([unit, unitMs]) => {
      const count = Math.floor(leftMs / unitMs)
      leftMs -= count * unitMs
      return count === 0 ? [] : unitText(count, unit, locale)
    })
    .join(' ')
}

export const millisecondsOf = (ms: number, { locale }: Pick<SiteTime, 'locale'>): string =>
  ms < 10_000 ? unitText(ms, 'millisecond', locale) : durationOf(ms, { locale })

const formats = new Map<string, Intl.NumberFormat>()

/** Making a format costs more than using it a thousand times. */
function unitText(value: number, unit: string, locale: string): string {
  const name = `${locale} ${unit}`
  const format = formats.get(name) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
  formats.set(name, format)
  return format.format(value)
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export function bytesOf(bytes: number, { locale }: Pick<SiteTime, 'locale'>): string {
  const at = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const value = bytes / 1_000 ** at
  const unit = BYTE_UNITS[at] ?? 'byte'
  return unitText(value < 10 ? Math.round(value * 10) / 10 : Math.round(value), unit, locale)
}
