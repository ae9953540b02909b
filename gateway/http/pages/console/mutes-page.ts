import type { Mute } from '#domain/alarms/mute.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { CONSOLE } from './console-paths.ts'
import { type Field, type FormState, formOf } from './form.ts'
import { emptyOf, tableOf } from './table.ts'
import { type PageTime, timeOf } from './times.ts'
import { whoOf } from './who.ts'

export const HOURS = [1, 2, 4, 8, 12] as const

export interface MutesShown {
  readonly mutes: readonly { readonly mute: Mute; readonly name: string | null }[]
  /** Those that can be muted, by their names. */
  readonly locks: readonly Pick<Lock, 'lockId' | 'name' | 'area'>[]
  readonly areas: readonly string[]
  readonly state: FormState
  /** The door that somebody came from; then nothing has to be chosen but how long. */
  readonly door: Pick<Lock, 'lockId' | 'name'> | null
  readonly words: ConsoleWords
  readonly time: PageTime
  /** Null for whoever may only look. */
  readonly formToken: string | null
}

export function mutesContent(shown: MutesShown): Html {
  const { words } = shown
  const form =
    shown.formToken === null ? html`<p class="soft">${words.form.notAllowed}</p>` : newMuteOf(shown, shown.formToken)
  return html`<div class="two"><section class="card"><h2>${shown.door === null ? words.alarms.newMute : shown.door.name}</h2><div class="inside stack">${form}</div></section>${listOf(shown)}</div>`
}

function newMuteOf({ locks, areas, state, door, words }: MutesShown, formToken: string): Html {
  const { alarms } = words
  const hours: Field = {
    kind: 'radio',
    ...{ name: 'hours', label: alarms.howLong },
    options: HOURS.map((count) => ({ value: String(count), label: plural(words, alarms.hours, count) })),
  }
  const choices: readonly Field[] = [
    {
      kind: 'radio',
      ...{ name: 'what', label: alarms.what },
      options: [
        { value: 'door', label: alarms.aDoor },
        ...(areas.length === 0 ? [] : [{ value: 'area', label: alarms.anArea }]),
        { value: 'site', label: alarms.theSite },
      ],
    },
    {
      kind: 'select',
      ...{ name: 'door', label: alarms.door },
      options: [
        { value: '', label: '–' },
        ...locks.map(({ lockId, name, area }) => ({
          value: String(lockId),
          label: `${name} (${lockId}${area === null ? '' : `, ${area}`})`,
        })),
      ],
    },
    ...(areas.length === 0
      ? []
      : [
          {
            kind: 'select' as const,
            ...{ name: 'area', label: alarms.area },
            options: [{ value: '', label: '–' }, ...areas.map((area) => ({ value: area, label: area }))],
          },
        ]),
  ]
  const form = formOf(
    {
      ...{ id: 'mute', action: CONSOLE.mutes, state, submit: alarms.mute },
      fields: door === null ? [...choices, hours] : [hours],
      hidden: door === null ? { formToken } : { formToken, what: 'door', door: String(door.lockId), from: 'door' },
      cancel: { href: door === null ? CONSOLE.alarms : CONSOLE.doors, label: words.form.cancel },
    },
    words,
  )
  return html`<p>${alarms.mutesHint}</p><p class="soft">${alarms.neverMuted}</p>${form}`
}

function listOf({ mutes, words, time, formToken }: MutesShown): Html {
  const { alarms, frame } = words
  if (mutes.length === 0)
    return html`<section class="card"><h2>${alarms.mutes}</h2>${emptyOf(alarms.noMutes, null)}</section>`
  const table = tableOf<MutesShown['mutes'][number]>({
    caption: alarms.mutes,
    rows: mutes,
    columns: [
      { label: alarms.what, isHeading: true, cell: ({ name }) => name ?? alarms.wholeSite },
      { label: frame.until, cell: ({ mute }) => timeOf(mute.untilMs, time) },
      { label: alarms.mutedByWhom, cell: ({ mute }) => whoOf(mute.mutedBy, words) },
      ...(formToken === null
        ? []
        : [
            {
              label: alarms.unmute,
              cell: ({ mute, name }: MutesShown['mutes'][number]) =>
                endOf(mute, name ?? alarms.wholeSite, words, formToken),
            },
          ]),
    ],
  })
  return html`<section class="card"><h2>${alarms.mutes}</h2>${table}</section>`
}

const endOf = ({ id }: Mute, name: string, { alarms }: ConsoleWords, formToken: string): Html =>
  html`<form method="post" action="${CONSOLE.mutes}/end"><input type="hidden" name="formToken" value="${formToken}"><input type="hidden" name="mute" value="${id}"><button class="button quiet" type="submit">${alarms.unmute}<span class="unseen"> ${name}</span></button></form>`
