import { CommandError } from './context.ts'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const isUnit = (text: string): text is keyof typeof UNIT_MS => text in UNIT_MS
const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/

/** `now`, `+3h` (m, h, d, w from now), or ISO 8601 in UTC with `Z`. UTC ms. */
export function parseTime(text: string, option: string, nowMs: number): number {
  if (text === 'now') return nowMs
  const [, amount, unit] = /^\+(\d{1,6})([mhdw])$/.exec(text) ?? []
  if (amount !== undefined && unit !== undefined && isUnit(unit)) return nowMs + Number(amount) * UNIT_MS[unit]
  const atMs = ISO_UTC.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(atMs)) return atMs
  throw new CommandError(
    `${option} is "${text}", it takes now, a time from now such as +30m, +3h, +2d or +1w, or ISO 8601 in UTC such as 2026-11-23T15:00:00Z`,
  )
}

/** `30m`, `2h`: so long from now. */
export function parseDurationMs(text: string, option: string): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (amount !== undefined && unit !== undefined && isUnit(unit) && Number(amount) > 0) {
    return Number(amount) * UNIT_MS[unit]
  }
  throw new CommandError(`${option} is "${text}", it takes a time such as 30m or 2h`)
}

/** The same moment as people of the site read it, and as the API does; `local` leaves the API's out, for a narrow column. */
export function bothTimes(iso: string, timeZone: string, how: 'both' | 'local' = 'both'): string {
  const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(iso),
  )
  return how === 'local' ? local : `${local} ${timeZone} (${iso})`
}

/** `28 Nov 22:15` by the clock of the site, for a table. */
export const localTime = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    timeZone,
  })
    .format(new Date(iso))
    .replace(',', '')
