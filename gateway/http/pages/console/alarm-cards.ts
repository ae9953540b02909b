import type { Alarm } from '#domain/alarms/alarm.ts'
import { isAlarmKind, kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import type { ListedAlarm } from '#domain/alarms/manage-alarms.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { AlarmText } from '#http/words/console/alarms-words.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { badge, TONE_OF_SEVERITY } from './badge.ts'
import { CONSOLE, doorPath } from './console-paths.ts'
import { EMPTY_FORM, type FormState, formOf } from './form.ts'
import { type PageTime, timeOf } from './times.ts'

export const WORD_MAX = 200

type Acknowledged = NonNullable<Alarm['acknowledged']>

/** An alarm's form that came back with something wrong. */
export interface AlarmForm {
  readonly alarmId: number
  readonly state: FormState
}

export interface AlarmReader {
  readonly words: ConsoleWords
  readonly time: PageTime
  /** What people wrote may tell of guests: whoever may not see those reads his own words alone. */
  readonly person: { readonly name: string; readonly seesPersons: boolean }
  /** Null for whoever may only look. */
  readonly formToken: string | null
  readonly form: AlarmForm | null
}

/** One alarm whole: where, what it means, what to do first, and the form to say that somebody does it. */
export function alarmCard({ alarm, lock, mutedUntilMs }: ListedAlarm, reader: AlarmReader): Html {
  const { words, time } = reader
  const { alarms } = words
  const { severity, sinceMs, lastSeenMs, count } = alarm
  const text = alarmText(alarm, words)
  const isTold = words.language === 'en' || text.advice !== alarm.advice
  const look = severity === 'notice' ? 'notice-level' : severity
  const where =
    lock === null
      ? html`${alarms.wholeSite}`
      : html`<a href="${doorPath(lock.lockId)}">${lock.name}</a> <span class="soft">${words.doors.number} ${lock.lockId}${lock.area === null ? '' : ` · ${lock.area}`}</span>`
  const muted = mutedUntilMs === null ? null : html`<span>${alarms.mutedUntil} ${timeOf(mutedUntilMs, time)}</span>`
  const often =
    count > 1
      ? html`<span>${plural(words, alarms.seen, count)}, ${alarms.lastSeen} ${timeOf(lastSeenMs, time)}</span>`
      : null
  const unstored = alarm.id === null ? html`<span>${alarms.notStored}</span>` : null
  return html`<article class="alarm ${look}" id="${alarmCardId(alarm)}"><header>${badge(TONE_OF_SEVERITY[severity], alarms.severities[severity])}<h3>${text.name}</h3></header><p class="where">${where}</p><dl><dt>${alarms.consequence}</dt><dd>${text.consequence}</dd><dt>${alarms.firstAction}</dt><dd${isTold ? null : html` lang="en"`}>${text.advice}</dd></dl><p class="meta"><span>${alarms.since} ${timeOf(sinceMs, time)}</span>${often}${muted}${unstored}</p>${acknowledgedOf(alarm, reader)}${formFor(alarm, reader)}</article>`
}

export const alarmCardId = ({ id, kind, lockId }: Pick<Alarm, 'id' | 'kind' | 'lockId'>): string =>
  id === null ? `alarm-${kind}-${lockId ?? 0}` : `alarm-${id}`

/** What was seen of it goes before what is usual; where it can't be said in the reader's language, it stays in that of the log. */
export function alarmText({ kind, advice }: Pick<Alarm, 'kind' | 'advice'>, { alarms }: ConsoleWords): AlarmText {
  const seen = alarms.seenAdvice(advice) ?? advice
  if (!isAlarmKind(kind)) return { name: kind, consequence: '', advice: seen }
  const usual = alarms.kinds[kind]
  return advice === kindOfAlarm(kind)?.advice ? usual : { ...usual, advice: seen }
}

function acknowledgedOf({ acknowledged }: Alarm, reader: AlarmReader): Html | null {
  if (acknowledged === null) return null
  const { name, atMs } = acknowledged
  const { words, time } = reader
  return html`<p class="said"><b>${words.alarms.acknowledgedBy} ${name}</b>, ${timeOf(atMs, time)}${wordOf(acknowledged, reader)}</p>`
}

export const wordOf = ({ name, word }: Acknowledged, { person }: Pick<AlarmReader, 'person'>): string =>
  person.seesPersons || person.name === name ? `: ${word}` : ''

/** What somebody has before his eyes goes along, so that nobody acknowledges what he has not seen. */
function formFor({ id, kind, weight, acknowledged }: Alarm, { words, formToken, form }: AlarmReader): Html | null {
  if (id === null || formToken === null) return null
  const { alarms } = words
  const state = form?.alarmId === id ? form.state : EMPTY_FORM
  const effect = kindOfAlarm(kind)?.nature === 'condition' ? alarms.goesOn : alarms.endsByIt
  const made = formOf(
    {
      ...{ id: `acknowledge-${id}`, action: `${CONSOLE.alarms}/${id}/acknowledge`, state, submit: alarms.acknowledge },
      fields: [
        {
          ...{ kind: 'text', name: 'word', label: alarms.word, hint: `${effect} ${alarms.wordHint}` },
          ...{ maxLength: WORD_MAX, isRequired: true },
        },
      ],
      hidden: { formToken, weight: String(weight), acknowledgedAt: String(acknowledged?.atMs ?? '') },
    },
    words,
  )
  const open = state === EMPTY_FORM ? null : html` open`
  return html`<details class="act"${open}><summary class="button quiet">${alarms.acknowledge}</summary>${made}</details>`
}
