import type { LockRecord } from '#domain/locks/lock-record.ts'
import { helpCodeOf } from '#domain/openings/help-code.ts'
import { doorPath } from '#http/pages/console/console-paths.ts'
import { EMPTY_FORM, type FormState, formOf } from '#http/pages/console/form.ts'
import { exactTimeOf, type PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'

export const WORD_MAX = 200
/** Each has a form: more are no page for a person. */
const SHOWN_MAX = 5

interface Shown {
  readonly lockId: LockId
  readonly unsettled: LockRecord['unsettled']
  /** Null for whoever may only look. */
  readonly formToken: string | null
  readonly returned: { readonly openingId: OpeningId; readonly state: FormState } | null
}

/** Openings of which nobody knows the end, each with the form to say it. */
export function unsettledOf(shown: Shown, words: ConsoleWords, time: PageTime): Html {
  const { oneDoor } = words
  const open = shown.unsettled.filter(({ state }) => state === 'unconfirmed')
  if (open.length === 0) return html`<div id="unsettled"></div>`
  const items = open
    .slice(0, SHOWN_MAX)
    .map(
      ({ openingId, startedAtMs }) =>
        html`<li><p><b>${exactTimeOf(startedAtMs, time)}</b> <span class="soft">${words.log.helpCode} <code>${helpCodeOf(openingId)}</code></span></p>${formFor(openingId, shown, words)}</li>`,
    )
  const more = open.length > SHOWN_MAX ? html`<p class="soft">${oneDoor.moreUnsettled}</p>` : null
  return html`<section class="card to-see-to" id="unsettled"><h2>${oneDoor.unsettled} <span class="soft">${open.length}</span></h2><div class="inside stack"><p class="soft">${oneDoor.unsettledHint}</p><ul class="stack">${items}</ul>${more}</div></section>`
}

function formFor(openingId: OpeningId, { lockId, formToken, returned }: Shown, words: ConsoleWords): Html | null {
  if (formToken === null) return null
  const { oneDoor } = words
  const isReturned = returned?.openingId === openingId
  const form = formOf(
    {
      ...{ id: `settle-${openingId}`, action: `${doorPath(lockId)}/settle`, submit: oneDoor.settle },
      state: isReturned ? returned.state : EMPTY_FORM,
      fields: [
        {
          ...{ kind: 'radio', name: 'as', label: oneDoor.whatBecame },
          options: [
            { value: 'charged', label: oneDoor.itOpened },
            { value: 'released', label: oneDoor.itDidNot },
          ],
        },
        {
          ...{ kind: 'text', name: 'word', label: oneDoor.word, hint: oneDoor.wordHint },
          ...{ maxLength: WORD_MAX, isRequired: true },
        },
      ],
      hidden: { formToken, opening: openingId },
    },
    words,
  )
  return html`<details class="act"${isReturned ? html` open` : null}><summary class="button quiet">${oneDoor.settle}<span class="unseen"> ${helpCodeOf(openingId)}</span></summary>${form}</details>`
}
