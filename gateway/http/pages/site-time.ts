const dateAndTimeIn = new Map<string, Intl.DateTimeFormat>()
const clockTimeIn = new Map<string, Intl.DateTimeFormat>()

const DATE_AND_TIME: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
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

/** Making a formatter costs more than the page; a site has one time zone. */
function formatter(
  known: Map<string, Intl.DateTimeFormat>,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const made = known.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  known.set(timeZone, made)
  return made
}

/** The building's time, not the phone's: the guest stands at its door. The zone stays on the line of its time. */
export const dateAndTime = (atMs: number, timeZone: string): string =>
  formatter(dateAndTimeIn, timeZone, DATE_AND_TIME)
    .format(atMs)
    .replace(/ (?=\S+$)/, '\u00a0')

export const clockTime = (atMs: number, timeZone: string): string =>
  formatter(clockTimeIn, timeZone, CLOCK_TIME).format(atMs)
