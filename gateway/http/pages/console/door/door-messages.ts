import type { SeenMessage } from '#domain/locks/door-messages.ts'
import { badge } from '#http/pages/console/badge.ts'
import { doorPath } from '#http/pages/console/console-paths.ts'
import { type Column, emptyOf, tableOf, tableRowOf } from '#http/pages/console/table.ts'
import { exactTimeOf, type PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import type { LockId } from '#protocol/ids.ts'

/** Messages that the page holds. */
const SHOWN_MAX = 100

/** Empty at first: it fills while somebody looks on. */
export function doorMessagesOf(lockId: LockId, words: ConsoleWords, time: PageTime): Html {
  const { oneDoor } = words
  const table = tableOf<SeenMessage>({
    ...{ caption: oneDoor.messages, rows: [], columns: columnsOf(words, time), bodyId: 'messages', topMax: SHOWN_MAX },
  })
  return html`<p><a class="button quiet" href="${doorPath(lockId)}">${oneDoor.backToDoor}</a></p><section class="card"><p class="inside above soft">${oneDoor.messagesHint}</p>${table}<div id="empty">${emptyOf(oneDoor.noMessages, null)}</div></section>`
}

/** @param messages newest first */
export const messageLines = (messages: readonly SeenMessage[], words: ConsoleWords, time: PageTime): string =>
  html`${messages.slice(0, SHOWN_MAX).map((message) => tableRowOf(message, columnsOf(words, time)))}`.toString()

const columnsOf = (words: ConsoleWords, time: PageTime): readonly Column<SeenMessage>[] => {
  const { oneDoor } = words
  return [
    { label: oneDoor.when, isHeading: true, cell: ({ atMs }) => exactTimeOf(atMs, time) },
    {
      label: oneDoor.message,
      cell: ({ direction, type, text }) =>
        html`<b>${direction === 'to-lock' ? oneDoor.toLock : oneDoor.fromLock}</b> ${type}<br><code>${text}</code>`,
    },
    { label: oneDoor.verdict, cell: (message) => verdictOf(message, words) },
  ]
}

/** The checks have the names that PROTOCOL.md has, in every language. */
function verdictOf({ verdict, detail }: SeenMessage, { oneDoor }: ConsoleWords): Html {
  if (verdict === 'ok') return badge('good', oneDoor.accepted)
  const why = detail === null ? null : html`<br><span lang="en">${detail}</span>`
  return html`${badge('bad', oneDoor.rejected)}<br><code>${verdict}</code>${why}`
}
