import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { TEMP_KEY_STATUSES } from '#domain/temp-keys/temp-key.ts'
import { CONSOLE, keyPath } from '#http/pages/console/console-paths.ts'
import { type FormState, formOf } from '#http/pages/console/form.ts'
import { icon } from '#http/pages/console/icons.ts'
import { type Column, emptyOf, tableOf } from '#http/pages/console/table.ts'
import type { PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { doorOf, nextOf, stateBadge, usesOf, whomOf } from './key-words.ts'

export interface KeyListShown {
  readonly keys: readonly FoundTempKey[]
  readonly state: FormState
  readonly isFiltered: boolean
  /** Of older keys; null when nothing is left. */
  readonly olderHref: string | null
  /** Of the newest, from an older page. */
  readonly newestHref: string | null
  /** May make and revoke keys. */
  readonly mayChange: boolean
  readonly words: ConsoleWords
  readonly time: PageTime
}

export function keyListContent(shown: KeyListShown): Html {
  const { words, mayChange, time } = shown
  const make = mayChange
    ? html`<p><a class="button" href="${CONSOLE.newKey}">${icon('keys')}${words.keys.newKey}</a></p>`
    : null
  return html`${make}<section class="card"><div class="inside above">${finderOf(shown)}</div></section><section class="card"><header><p class="soft">${words.keys.zone} (${time.timeZone})</p></header>${listOf(shown)}</section>`
}

function finderOf({ state, isFiltered, mayChange, words }: KeyListShown): Html {
  const { keys, doors, log } = words
  return formOf(
    {
      ...{ id: 'find', action: CONSOLE.keys, method: 'get', state, submit: doors.find, isInLine: true },
      fields: [
        { kind: 'text', type: 'search', name: 'q', label: keys.search, hint: keys.searchHint, maxLength: 300 },
        { kind: 'text', name: 'door', label: log.door, hint: log.doorHint, maxLength: 100 },
        {
          ...{ kind: 'select', name: 'state', label: keys.state },
          options: [
            { value: '', label: keys.anyState },
            ...TEMP_KEY_STATUSES.map((value) => ({ value, label: keys.states[value] })),
          ],
        },
      ],
      ...(mayChange && {
        others: [
          { action: CONSOLE.revokeKeys, label: keys.revokeMany },
          { action: CONSOLE.keyCards, label: keys.cards },
        ],
      }),
      ...(isFiltered && { cancel: { href: CONSOLE.keys, label: doors.clear } }),
    },
    words,
  )
}

function listOf({ keys: found, isFiltered, olderHref, newestHref, mayChange, words, time }: KeyListShown): Html {
  const { keys, frame } = words
  const table = tableOf({ caption: keys.title, columns: keyColumns(words, time), rows: found })
  const nothing = olderHref !== null ? keys.lookFurther : isFiltered ? keys.noneFound : keys.none
  const hint = !isFiltered && olderHref === null && mayChange ? keys.noneHint : null
  const empty = found.length === 0 ? emptyOf(nothing, hint) : null
  const newest = newestHref === null ? null : html`<a class="button quiet" href="${newestHref}">${frame.newest}</a>`
  const older = olderHref === null ? null : html`<a class="button quiet" href="${olderHref}">${frame.older}</a>`
  const pager = newest === null && older === null ? null : html`<p class="pager">${newest}${older}</p>`
  return html`${table}${empty}${pager}`
}

export function keyColumns(words: ConsoleWords, time: PageTime): readonly Column<FoundTempKey>[] {
  const { keys, log } = words
  return [
    {
      label: keys.for,
      isHeading: true,
      cell: ({ number, key }) => html`<a href="${keyPath(number)}">${whomOf(number, key, words)}</a>`,
    },
    { label: keys.state, cell: ({ status }) => stateBadge(status, words) },
    { label: log.door, cell: (found) => doorOf(found, words) },
    { label: keys.next, cell: (found) => nextOf(found, words, time) },
    { label: keys.uses, cell: ({ key }) => usesOf(key, words) },
  ]
}
