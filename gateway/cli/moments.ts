import type { LocalTime, Zone } from '#domain/time/zone.ts'
import { CommandError } from './context.ts'

const DAY_MS = 86_400_000
const UNIT_MS = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const
const isUnit = (text: string): text is keyof typeof UNIT_MS => text in UNIT_MS

/** What a time on the command line is read by. */
export interface Here {
  readonly nowMs: number
  readonly zone: Zone
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** `now`, `+3h` (m, h, d, w), `2026-11-28 22:15` by the clock of the site, or with `Z` or an offset. UTC ms. */
export function parseMoment(text: string, option: string, here: Here): number {
  if (text === 'now') return here.nowMs
  const span = /^\+(\d{1,6})([mhdw])$/.exec(text)
  const atMs = span === null ? clockTime(text, option, here.zone) : here.nowMs + spanMs(span)
  if (atMs !== null) return atMs
  throw new CommandError(
    `${option} is "${text}", it takes now, a time from now such as +30m, +3h, +2d or +1w, a time by the clock of the site such as "2026-11-28 22:15", or ISO 8601 such as 2026-11-28T21:15:00Z`,
  )
}

/**
 * Of what has been: `2h` ago, `now`, a day (`today`, `yesterday`, `2026-11-27`), or a time as above. UTC ms.
 *
 * @param edge a day begins at its start; as the end of a time it is in it as a whole
 */
export function parsePast(text: string, option: string, edge: 'since' | 'until', here: Here): number {
  if (text === 'now') return here.nowMs
  const span = /^(\d{1,6})([mhdw])$/.exec(text)
  if (span !== null) return here.nowMs - spanMs(span)
  const day = dayNamed(text, option, here)
  if (day !== null) return startOfDay(edge === 'since' ? day : nextDay(day, 1), here.zone)
  const atMs = clockTime(text, option, here.zone)
  if (atMs !== null) return atMs
  throw new CommandError(
    `${option} is "${text}", it takes today, yesterday, a time ago such as 30m, 2h, 3d or 1w, a day such as 2026-11-27, a time by the clock of the site such as "2026-11-27 22:00", or ISO 8601 such as 2026-11-27T21:00:00Z`,
  )
}

function spanMs([, amount = '', unit = '']: RegExpExecArray): number {
  return isUnit(unit) ? Number(amount) * UNIT_MS[unit] : Number.NaN
}

function dayNamed(text: string, option: string, { nowMs, zone }: Here): string | null {
  const today = zone.localOf(nowMs).date
  if (text === 'today') return today
  if (text === 'yesterday') return nextDay(today, -1)
  return DAY.test(text) ? realDay(text, option) : null
}

function realDay(date: string, option: string): string {
  const atMs = Date.parse(`${date}T00:00:00Z`)
  if (!Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(date)) return date
  throw new CommandError(`${option} names ${date}, and no calendar has that day`)
}

const nextDay = (date: string, by: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10)

/** The first moment of a day: where clocks go forward at midnight, it begins later. */
function startOfDay(date: string, zone: Zone): number {
  for (let minuteOfDay = 0; minuteOfDay < 1_440; minuteOfDay += 15) {
    const [first] = zone.instantsOf({ date, minuteOfDay })
    if (first !== undefined) return first
  }
  // A zone that changed sides of the date line left it out.
  return startOfDay(nextDay(date, 1), zone)
}

/** Null for what is no time of a clock. @throws CommandError for one that the site's clock shows never or twice */
function clockTime(text: string, option: string, zone: Zone): number | null {
  const [, day, hours, minutes, seconds = '00', offset] = LOCAL.exec(text) ?? []
  if (day === undefined || hours === undefined || minutes === undefined) return null
  const date = realDay(day, option)
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    throw new CommandError(`${option} is "${text}", and no clock shows ${hours}:${minutes}:${seconds}`)
  }
  if (offset !== undefined) {
    const atMs = Date.parse(`${date}T${hours}:${minutes}:${seconds}${offset}`)
    if (!Number.isNaN(atMs)) return atMs
    throw new CommandError(`${option} is "${text}", and no zone is ${offset} away from UTC`)
  }
  const local: LocalTime = { date, minuteOfDay: Number(hours) * 60 + Number(minutes) }
  const [first, second] = zone.instantsOf(local)
  if (first === undefined) throw new CommandError(skipped(local, text, option, zone))
  if (second !== undefined) throw new CommandError(repeated([first, second], text, option, zone))
  return first + Number(seconds) * 1_000
}

const offsetAt = (atMs: number, zone: Zone): string => zone.withOffset(atMs).slice(19)
const shown = ({ date, minuteOfDay }: LocalTime): string => {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`
}

function skipped(local: LocalTime, text: string, option: string, zone: Zone): string {
  const asUtcMs = Date.parse(`${local.date}T00:00:00Z`) + local.minuteOfDay * 60_000
  const choices = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map((nearMs) => {
    const offset = offsetAt(nearMs, zone)
    const atMs = Date.parse(`${shown(local).replace(' ', 'T')}:00${offset}`)
    return `"${shown(local)}${offset}", which is ${zone.withOffset(atMs).slice(11, 16)} there`
  })
  return `${option} is "${text}", and the clocks of ${zone.name} skip that time when they go forward: write ${choices.join(', or ')}`
}

function repeated(instants: readonly number[], text: string, option: string, zone: Zone): string {
  const choices = instants.map((atMs) => `"${shown(zone.localOf(atMs))}${offsetAt(atMs, zone)}"`)
  return `${option} is "${text}", and the clocks of ${zone.name} show that time twice when they go back: write ${choices.join(' for the first time, or ')} for the second`
}
