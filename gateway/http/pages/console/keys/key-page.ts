import type { LogEntry } from '#domain/events/log-entry.ts'
import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { CONSOLE, keyPath, withQuery } from '#http/pages/console/console-paths.ts'
import { type FormState, formOf } from '#http/pages/console/form.ts'
import { logColumns } from '#http/pages/console/log-page.ts'
import { tableOf } from '#http/pages/console/table.ts'
import { timeOf } from '#http/pages/console/times.ts'
import { whoOf } from '#http/pages/console/who.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { type HandOver, handOverCard } from './hand-over-card.ts'
import { doorOf, nextOf, stateBadge, usesOf } from './key-words.ts'
import { type TimesTwice, timeFields } from './time-fields.ts'
import { verdictOf, type WhyShown, whyCard } from './why-card.ts'

export interface KeyShown extends WhyShown {
  readonly found: FoundTempKey
  /** Null for whoever may not see links. */
  readonly handOver: HandOver | null
  /** The newest first. */
  readonly history: readonly LogEntry[]
  readonly state: FormState
  readonly twice: TimesTwice
  /** Null for whoever may only look. */
  readonly formToken: string | null
}

/** One key: what it is, whether it opens, how it is handed over, and what happened with it. */
export function keyContent(shown: KeyShown): Html {
  const { found, handOver, formToken, words } = shown
  const isRevoked = found.status === 'revoked'
  const change =
    formToken === null
      ? html`<section class="card inside"><p class="soft">${words.form.notAllowed}</p></section>`
      : isRevoked
        ? null
        : html`${changeCard(shown, formToken)}${revokeCard(found, formToken, words)}`
  return html`<p><a href="${CONSOLE.keys}">← ${words.keys.back}</a></p>${verdictOf(shown)}<div class="two"><div class="stack">${factsCard(shown)}${change}</div><div class="stack">${handOver === null ? null : handOverCard(handOver, found, words)}</div></div>${whyCard(shown)}${historyCard(shown)}`
}

function factsCard({ found, words, time }: KeyShown): Html {
  const { keys, log } = words
  const { key, number, status } = found
  const people = key.accessMode === 'public' ? null : html` <br>${key.allowedUserIds.join(', ')}`
  const facts: readonly (readonly [string, Html])[] = [
    [keys.state, stateBadge(status, words)],
    [keys.next, nextOf(found, words, time)],
    [log.door, doorOf(found, words)],
    [keys.uses, html`${usesOf(key, words)}`],
    [keys.from, timeOf(key.validFromMs, time)],
    [keys.until, timeOf(key.validUntilMs, time)],
    [keys.mode, html`${keys.modes[key.accessMode]}${people}`],
    [
      keys.made,
      html`${timeOf(key.createdAtMs, time)}<br><span class="soft">${keys.madeBy} ${whoOf(key.createdBy, words)}</span>`,
    ],
  ]
  const rows = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  return html`<section class="card"><header class="spread"><h2>${keys.numbered(number)}</h2><span class="soft">${keys.zone} (${time.timeZone})</span></header><div class="inside"><dl class="facts">${rows}</dl></div></section>`
}

function changeCard({ found, state, twice, words }: KeyShown, formToken: string): Html {
  const { keys } = words
  const { number, key } = found
  const form = formOf(
    {
      ...{ id: 'change', action: `${keyPath(number)}/change`, state, submit: keys.save },
      fields: [
        ...timeFields(twice, words),
        {
          ...{ kind: 'text', name: 'uses', label: keys.maxUses, hint: keys.maxUsesHint, maxLength: 9 },
          inputMode: 'numeric',
        },
      ],
      hidden: {
        formToken,
        seenFrom: String(key.validFromMs),
        seenUntil: String(key.validUntilMs),
        seenUses: String(key.maxUses ?? ''),
      },
    },
    words,
  )
  return html`<section class="card"><h2>${keys.change}</h2><div class="inside">${form}</div></section>`
}

function revokeCard({ number }: FoundTempKey, formToken: string, words: ConsoleWords): Html {
  const { keys } = words
  const form = formOf(
    {
      ...{ id: 'revoke', action: `${keyPath(number)}/revoke`, state: { values: {}, errors: {} }, fields: [] },
      ...{ submit: keys.revoke, look: 'danger', hidden: { formToken } },
    },
    words,
  )
  return html`<section class="card"><h2>${keys.revoke}</h2><div class="inside stack"><p>${keys.revokeHint}</p>${form}</div></section>`
}

function historyCard({ found, history, words, time }: KeyShown): Html {
  const { keys } = words
  const columns = logColumns(words, time).filter(({ label }) => label !== words.log.door)
  const table =
    history.length === 0
      ? html`<div class="inside"><p class="soft">${keys.noHistory}</p></div>`
      : tableOf({ caption: keys.history, columns, rows: history })
  const all = withQuery(CONSOLE.log, { key: keyRefOf(found.key.uuid) })
  return html`<section class="card"><h2>${keys.history}</h2>${table}<p class="files"><a href="${all}">${keys.wholeHistory}</a></p></section>`
}
