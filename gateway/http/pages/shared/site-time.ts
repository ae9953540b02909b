const formatters = new Map<string, Intl.DateTimeFormat>()

const DATE_AND_TIME: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
}
const CLOCK_TIME: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
}

/** The building's time zone, and the guest's language. */
export interface SiteTime {
  readonly timeZone: string
  readonly locale: string
}

/** Making a formatter costs more than the page; a site has one time zone, and there are few languages. */
function formatter(kind: string, { timeZone, locale }: SiteTime, options: Intl.DateTimeFormatOptions) {
  const name = [kind, locale, timeZone].join(' ')
  const made = formatters.get(name) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone })
  formatters.set(name, made)
  return made
}

/**
 * The building's time, not the phone's: the guest stands at its door. The year is said when it is not the present one;
 * the zone stays on the line of its time.
 */
export function dateAndTime(atMs: number, siteTime: SiteTime, nowMs: number): string {
  const year = formatter('year', siteTime, { year: 'numeric' })
  const format =
    year.format(atMs) === year.format(nowMs)
      ? formatter('date', siteTime, DATE_AND_TIME)
      : formatter('date with year', siteTime, { ...DATE_AND_TIME, year: 'numeric' })
  return format.format(atMs).replace(/ (?=\S+$)/, '\u00a0')
}

export const clockTime = (atMs: number, siteTime: SiteTime): string =>
  formatter('time', siteTime, CLOCK_TIME).format(atMs)
