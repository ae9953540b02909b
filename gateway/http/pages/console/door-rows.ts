import { isAlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { type DoorAlarm, type DoorRow, problemRank, searchTextOf } from '#domain/locks/door-board.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { calendarDay } from '#http/pages/shared/site-time.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import type { LockId } from '#protocol/ids.ts'
import { badge, TONE_OF_SEVERITY, TONE_OF_STATE } from './badge.ts'
import { CONSOLE, doorPath, withQuery } from './console-paths.ts'
import { millisecondsOf, type PageTime, shortTimeOf, timeOf } from './times.ts'

/** A battery that somebody should look at, as the alarms have it. */
const BATTERY_LOW_PERCENT = 20
const ALARMS_SHOWN = 2

export const doorRowId = (lockId: LockId): string => `door-${lockId}`

interface Reader {
  readonly words: ConsoleWords
  readonly time: PageTime
  /** May mute doors. */
  readonly mayMute: boolean
}

/** By row: a door that has not changed is written once a day in each language, however many look at it. */
const written = new WeakMap<DoorRow, Map<string, Html>>()

export function doorRowHtml(row: DoorRow, reader: Reader): Html {
  const { words, time, mayMute } = reader
  const name = `${words.language} ${time.timeZone} ${calendarDayOf(time)} ${mayMute}`
  const known = written.get(row) ?? new Map<string, Html>()
  written.set(row, known)
  const made = known.get(name) ?? rowOf(row, reader)
  known.set(name, made)
  return made
}

let lastDay: { readonly time: PageTime; readonly day: number } | null = null
function calendarDayOf(time: PageTime): number {
  if (lastDay?.time !== time) lastDay = { time, day: calendarDay(time.nowMs, time) }
  return lastDay.day
}

function rowOf(row: DoorRow, reader: Reader): Html {
  const { lockId, name, area, firmware } = row
  const { words, time } = reader
  const { doors, frame } = words
  const group = problemRank(row) === null ? `area ${area ?? ''}` : 'problems'
  const place = area === null ? `${doors.number} ${lockId}` : `${doors.number} ${lockId} · ${area}`
  return html`<tr id="${doorRowId(lockId)}" role="row" data-find="${searchTextOf(row)}" data-group="${group}"><th role="rowheader" scope="row"><a class="name" href="${doorPath(lockId)}">${name}</a><small>${place}</small></th><td role="cell" class="is-state">${stateOf(row, words, time)}${marksOf(row, words, time)}</td><td role="cell" class="is-door" data-label="${doors.door}">${dated(doors.doorIs[row.door], row, words, time)}</td><td role="cell" data-label="${doors.battery}">${batteryOf(row, words, time)}</td><td role="cell" data-label="${doors.firmware}">${firmware === null ? html`<span class="soft">${frame.unknown}</span>` : firmware}</td><td role="cell" class="is-last" data-label="${doors.lastOpening}">${lastOpeningOf(row, words, time)}</td><td role="cell" class="acts">${actsOf(row, reader)}</td></tr>`
}

export function stateOf({ state, sinceMs, why, lastSeenMs }: DoorRow, { doors }: ConsoleWords, time: PageTime): Html {
  const shown = badge(TONE_OF_STATE[state], doors.states[state])
  const since = sinceMs === null ? null : html` ${doors.since} ${timeOf(sinceMs, time)}`
  if (state === 'online') return html`${shown}${since === null ? null : html`<small>${since}</small>`}`
  const notHeard = state === 'offline' && sinceMs === null && lastSeenMs === null ? html` ${doors.notSinceStart}` : null
  return html`${shown}${since}<small>${why === null ? null : doors.why[why]}${notHeard === null ? null : html` ·${notHeard}`}</small>`
}

export function marksOf({ alarms, mutedUntilMs }: DoorRow, words: ConsoleWords, time: PageTime): Html | null {
  if (alarms.length === 0 && mutedUntilMs === null) return null
  const shown = alarms
    .slice(0, ALARMS_SHOWN)
    .map((alarm) => badge(TONE_OF_SEVERITY[alarm.severity], alarmName(alarm, words)))
  const more = alarms.length > ALARMS_SHOWN ? html`<span class="soft">+${alarms.length - ALARMS_SHOWN}</span>` : null
  const muted =
    mutedUntilMs === null
      ? null
      : html`<span class="badge idle">${words.doors.muted} ${words.frame.until} ${shortTimeOf(mutedUntilMs, time)}</span>`
  return html`<div class="marks">${shown}${more}${muted}</div>`
}

const alarmName = ({ kind }: DoorAlarm, { alarms }: ConsoleWords): string =>
  isAlarmKind(kind) ? alarms.kinds[kind].name : kind

/** What a lock that is away said last is shown as what it is: old, and from when. */
export function dated(value: string, { state, lastSeenMs }: DoorRow, words: ConsoleWords, time: PageTime): Html {
  if (state === 'online') return html`${value}`
  if (lastSeenMs === null) return html`<span class="soft">${words.frame.unknown}</span>`
  return html`<span class="dated">${value}<small>${words.doors.asOf} ${shortTimeOf(lastSeenMs, time)}</small></span>`
}

export function batteryOf(row: DoorRow, words: ConsoleWords, time: PageTime): Html {
  const { batteryPercent } = row
  if (batteryPercent === null) return html`<span class="soft">${words.frame.unknown}</span>`
  const said = `${batteryPercent} %`
  if (row.state !== 'online') return dated(said, row, words, time)
  return batteryPercent <= BATTERY_LOW_PERCENT ? html`<span class="low">${said}</span>` : html`${said}`
}

function lastOpeningOf({ lastOpening }: DoorRow, words: ConsoleWords, time: PageTime): Html {
  if (lastOpening === null) return html`<span class="soft">${words.doors.never}</span>`
  const { state, startedAtMs, settledAtMs } = lastOpening
  const took = settledAtMs === null ? null : html` · ${millisecondsOf(Math.max(0, settledAtMs - startedAtMs), words)}`
  return html`${words.doors.openings[state]}<small>${timeOf(startedAtMs, time)}${took}</small>`
}

function actsOf({ lockId, name, state, mutedUntilMs }: DoorRow, { words, mayMute }: Reader): Html {
  const of = html`<span class="unseen"> ${name}</span>`
  const log = html`<a href="${withQuery(CONSOLE.log, { door: lockId })}">${words.doors.seeLog}${of}</a>`
  if (!mayMute || state === 'retired' || mutedUntilMs !== null) return log
  return html`${log}<a href="${withQuery(CONSOLE.mutes, { door: lockId })}">${words.doors.mute}${of}</a>`
}
