import { isAlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { LOG_KINDS, LOG_RESULTS, type LogEntry, type LogResult } from '#domain/events/log-entry.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { badge, type Tone } from './badge.ts'
import { CONSOLE, doorPath } from './console-paths.ts'
import { type Field, type FormState, formOf } from './form.ts'
import { type Column, emptyOf, tableOf, tableRowOf } from './table.ts'
import { exactTimeOf, millisecondsOf, type PageTime } from './times.ts'

/** Lines that a page holds while it follows what happens. */
export const LINES_MAX = 200

export interface LogShown {
  readonly entries: readonly LogEntry[]
  readonly state: FormState
  readonly isFiltered: boolean
  /** May search for persons and keys. */
  readonly seesPeople: boolean
  /** Of older lines; null when nothing is left. */
  readonly olderHref: string | null
  /** Of the newest lines, from an older page. */
  readonly newestHref: string | null
  /** The way to the same lines, followed or not; null where they can't be. */
  readonly follow: { readonly href: string; readonly isOn: boolean } | null
  /** The same lines and all older ones, as files; null where nothing may be had of what was asked for. */
  readonly files: { readonly csv: string; readonly jsonl: string } | null
  readonly words: ConsoleWords
  readonly time: PageTime
}

export function logContent(shown: LogShown): Html {
  const { entries, words, time, olderHref, newestHref, follow, files } = shown
  const { log, frame } = words
  const table = tableOf({
    caption: log.title,
    columns: logColumns(words, time),
    rows: entries,
    bodyId: 'log-lines',
    topMax: LINES_MAX,
  })
  const nothing = olderHref !== null ? log.lookFurther : shown.isFiltered ? log.nothing : log.nothingYet
  const empty = entries.length === 0 ? html`<div id="empty">${emptyOf(nothing, null)}</div>` : null
  const newest = newestHref === null ? null : html`<a class="button quiet" href="${newestHref}">${frame.newest}</a>`
  const older = olderHref === null ? null : html`<a class="button quiet" href="${olderHref}">${frame.older}</a>`
  const live =
    follow === null
      ? null
      : html`<a class="button quiet" href="${follow.href}">${follow.isOn ? log.stopFollowing : log.follow}</a>`
  return html`<section class="card"><div class="inside above">${finderOf(shown)}</div></section><section class="card"><header class="spread"><p class="soft">${log.zone} ${time.timeZone}</p>${live}</header>${table}${empty}${newest === null && older === null ? null : html`<p class="pager">${newest}${older}</p>`}${filesOf(files, words)}</section>`
}

function filesOf(files: LogShown['files'], { log }: ConsoleWords): Html | null {
  if (files === null) return null
  return html`<p class="files"><span class="soft">${log.download}</span> <a href="${files.csv}" download>${log.csv}</a> <a href="${files.jsonl}" download>${log.jsonLines}</a></p>`
}

function finderOf({ state, isFiltered, seesPeople, words }: LogShown): Html {
  const { log } = words
  const anyOf = <Value extends string>(
    any: string,
    values: readonly Value[],
    names: Readonly<Record<Value, string>>,
  ) => [{ value: '', label: any }, ...values.map((value) => ({ value, label: names[value] }))]
  const people: readonly Field[] = [
    { kind: 'text', name: 'key', label: log.key, hint: log.keyHint, maxLength: 200 },
    { kind: 'text', name: 'person', label: log.person, maxLength: 100 },
  ]
  return formOf(
    {
      ...{ id: 'find', action: CONSOLE.log, method: 'get', state, submit: log.find, isInLine: true },
      fields: [
        { kind: 'text', name: 'door', label: log.door, hint: log.doorHint, maxLength: 100 },
        ...(seesPeople ? people : []),
        { kind: 'select', name: 'kind', label: log.kind, options: anyOf(log.anyKind, LOG_KINDS, log.kinds) },
        { kind: 'select', name: 'result', label: log.result, options: anyOf(log.anyResult, LOG_RESULTS, log.results) },
        { kind: 'text', type: 'datetime-local', name: 'since', label: log.since },
        { kind: 'text', type: 'datetime-local', name: 'until', label: log.until },
      ],
      ...(isFiltered && { cancel: { href: CONSOLE.log, label: log.clear } }),
    },
    words,
  )
}

/** Lines that are put above those that are there. */
export const logLines = (entries: readonly LogEntry[], words: ConsoleWords, time: PageTime): string =>
  html`${entries.map((entry) => tableRowOf(entry, logColumns(words, time)))}`.toString()

export const TONES: Readonly<Record<LogResult, Tone>> = {
  ...{ opened: 'good', refused: 'warn', jammed: 'bad', 'not-sent': 'warn', unconfirmed: 'warn', 'not-opened': 'warn' },
  ...{ denied: 'warn', charged: 'info', released: 'info' },
}

/** Each line names the door, who it was or by which key, and which way: what nobody knows is called so. */
export function logColumns(words: ConsoleWords, time: PageTime): readonly Column<LogEntry>[] {
  const { log } = words
  return [
    { label: log.when, isHeading: true, cell: ({ atMs }) => exactTimeOf(atMs, time) },
    { label: log.what, cell: (entry) => whatOf(entry, words) },
    { label: log.door, cell: (entry) => doorOf(entry, words) },
    { label: log.who, cell: (entry) => whoOf(entry, words) },
    { label: log.way, cell: ({ way }) => log.ways[way] },
    { label: log.details, cell: (entry) => detailsOf(entry, words) },
  ]
}

function whatOf({ event, result, isTest }: LogEntry, { log }: ConsoleWords): Html {
  const said = isTest ? `${log.test}: ${log.events[event]}` : log.events[event]
  return result === null
    ? html`${said}`
    : html`${badge(TONES[result], log.results[result])}<br><span class="soft">${said}</span>`
}

function doorOf({ lockId, door, area }: LogEntry, { log, doors, frame }: ConsoleWords): Html {
  if (lockId === null) return html`<span class="soft">${log.site}</span>`
  const name = door === null ? html`${frame.unknown}` : html`<a href="${doorPath(lockId)}">${door}</a>`
  return html`${name}<br><span class="soft">${doors.number} ${lockId}${area === null ? '' : ` · ${area}`}</span>`
}

export function whoOf({ who, key }: LogEntry, { log }: ConsoleWords): Html {
  const name = who.text ?? log.persons[who.kind]
  if (key === null) return html`${name}`
  const described = key.description !== null && key.description !== who.text ? ` ${key.description}` : ''
  return html`${name}<br><span class="soft">${log.key}${described}${key.mark === null ? '' : ` (${key.mark})`}</span>`
}

/** What an event counts, where that is not how often it came. */
const COUNTED: Partial<Record<LogEntry['event'], 'keys' | 'namedGuests'>> = {
  LogRead: 'namedGuests',
  ...{ TempKeysRevoked: 'keys', LockKeySet: 'keys', LockRetired: 'keys', OwnerSet: 'keys', OrganizationSet: 'keys' },
}

function detailsOf({ event, tookMs, reason, note, count, opening }: LogEntry, words: ConsoleWords): Html {
  const { log } = words
  const parts = [
    ...(tookMs === null ? [] : [html`${log.took} ${millisecondsOf(tookMs, words)}`]),
    ...(reason === null ? [] : [html`${log.reason} ${reasonOf(reason, words)}`]),
    ...(note === null ? [] : [html`“${note}”`]),
    ...(count === null
      ? []
      : [html`${plural(words, COUNTED[event] === undefined ? log.times : log[COUNTED[event]], count)}`]),
    ...(opening === null ? [] : [html`${log.helpCode} <code>${opening.code}</code>`]),
  ]
  return html`${parts.map((part, at) => (at === 0 ? part : html`<br>${part}`))}`
}

/** In words where it is known. A lock's own reason, and one of a later version, is shown as it is stored. */
export function reasonOf(reason: string, { log, alarms }: ConsoleWords): Html {
  if (isAlarmKind(reason)) return html`${alarms.kinds[reason].name}`
  const known = Object.entries(log.reasons).find(([slug]) => slug === reason)?.[1]
  return known === undefined ? html`<code>${reason}</code>` : html`${known}`
}
