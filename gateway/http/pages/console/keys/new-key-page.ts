import type { Lock } from '#domain/locks/lock.ts'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import { CONSOLE } from '#http/pages/console/console-paths.ts'
import { type FormState, formOf } from '#http/pages/console/form.ts'
import { emptyOf } from '#http/pages/console/table.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { type TimesTwice, timeFields } from './time-fields.ts'

export const NOTE_MAX = 500
export const USERS_TEXT_MAX = 20_000

export interface NewKeyShown {
  /** Those that a key can be for, by their names. */
  readonly locks: readonly Pick<Lock, 'lockId' | 'name' | 'area'>[]
  readonly state: FormState
  readonly twice: TimesTwice
  readonly formToken: string
  /** Sent twice, the same form makes one key. */
  readonly seed: string
  readonly words: ConsoleWords
}

export function newKeyContent({ locks, state, twice, formToken, seed, words }: NewKeyShown): Html {
  const { keys, form: said } = words
  if (locks.length === 0) return html`<section class="card">${emptyOf(keys.noDoors, null)}</section>`
  const form = formOf(
    {
      ...{ id: 'key', action: CONSOLE.newKey, state, submit: keys.create, hidden: { formToken, seed } },
      fields: [
        {
          ...{ kind: 'checks', name: 'doors', label: keys.doors, hint: keys.doorsHint },
          options: locks.map(({ lockId, name, area }) => ({
            value: String(lockId),
            label: `${name} (${lockId}${area === null ? '' : `, ${area}`})`,
          })),
        },
        { kind: 'text', name: 'note', label: keys.note, hint: keys.noteHint, maxLength: NOTE_MAX },
        ...timeFields(twice, words),
        {
          ...{ kind: 'text', name: 'uses', label: keys.maxUses, hint: keys.maxUsesHint, maxLength: 9 },
          inputMode: 'numeric',
        },
        {
          ...{ kind: 'radio', name: 'mode', label: keys.mode },
          options: ACCESS_MODES.map((value) => ({ value, label: keys.modes[value] })),
        },
        { kind: 'lines', name: 'users', label: keys.users, hint: keys.usersHint, maxLength: USERS_TEXT_MAX },
      ],
      cancel: { href: CONSOLE.keys, label: said.cancel },
    },
    words,
  )
  return html`<section class="card inside">${form}</section>`
}
