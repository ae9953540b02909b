import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { formOf } from '#http/pages/console/form.ts'
import { emptyOf, longTableOf } from '#http/pages/console/table.ts'
import type { PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { keyColumns } from './key-list-page.ts'

export interface RevokeKeysShown {
  /** All that would be revoked. */
  readonly keys: readonly FoundTempKey[]
  /** What they were found by. */
  readonly asked: Readonly<Record<'q' | 'door' | 'state', string>>
  /** Stands for these very keys. */
  readonly seen: string
  readonly formToken: string
  readonly words: ConsoleWords
  readonly time: PageTime
  /** Other work has its turn. */
  turn(): Promise<void>
}

/** What would be revoked, and the button that does it. */
export async function revokeKeysContent(shown: RevokeKeysShown): Promise<Html> {
  const { keys: found, asked, seen, formToken, words, time, turn } = shown
  const { keys, form: said } = words
  const back = { href: withQuery(CONSOLE.keys, asked), label: said.cancel }
  if (found.length === 0)
    return html`<section class="card">${emptyOf(keys.nothingToRevoke, null)}</section><p><a class="button quiet" href="${back.href}">${keys.back}</a></p>`
  const doors = new Set(found.map(({ lock }) => lock.lockId)).size
  const form = formOf(
    {
      ...{ id: 'revoke', action: CONSOLE.revokeKeys, state: { values: {}, errors: {} }, fields: [], look: 'danger' },
      ...{ submit: plural(words, keys.revokeThem, found.length), hidden: { formToken, ...asked, seen }, cancel: back },
    },
    words,
  )
  const would = `${plural(words, keys.wouldRevoke, found.length)}, ${plural(words, keys.ofDoors, doors)}.`
  const table = await longTableOf({ caption: keys.revokeTitle, columns: keyColumns(words, time), rows: found }, turn)
  return html`<section class="card inside stack"><p><b>${would}</b> ${keys.revokeHint}</p>${form}</section><section class="card">${table}</section>`
}
