import type { OfflineCause } from '#domain/locks/lock-link.ts'
import { type RuleVerdict, ruleChangesAtMs, type WhyNot } from '#domain/openings/why-not.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { unreachable } from '#domain/unreachable.ts'
import { badge } from '#http/pages/console/badge.ts'
import { tableOf } from '#http/pages/console/table.ts'
import { exactTimeOf, type PageTime, timeOf } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { usesOf } from './key-words.ts'

export interface WhyShown {
  readonly why: WhyNot
  readonly key: TempKey
  readonly offlineCause: OfflineCause | null
  readonly words: ConsoleWords
  readonly time: PageTime
}

interface Row {
  readonly rule: string
  readonly passes: boolean
  readonly value: Html
  readonly changes: Html
}

/** Every rule of a tap with what decides it: for staff, who is asked by a guest. */
export function whyCard(shown: WhyShown): Html {
  const { why, words } = shown
  const { keys } = words
  const table = tableOf<Row>({
    caption: keys.why,
    columns: [
      { label: keys.rule, isHeading: true, cell: ({ rule }) => rule },
      { label: keys.state, cell: ({ passes }) => badge(passes ? 'good' : 'bad', passes ? keys.passes : keys.fails) },
      { label: keys.decides, cell: ({ value }) => value },
      { label: keys.changes, cell: ({ changes }) => changes },
    ],
    rows: [...why.rules.map((verdict) => rowOf(verdict, shown)), whoRow(shown)],
  })
  return html`<section class="card" id="why"><h2>${keys.why}</h2>${table}</section>`
}

/** Whether it opens, in one line, with what is against it and the way to the rules. */
export function verdictOf(shown: WhyShown): Html {
  const { why, key, words } = shown
  const { keys } = words
  const against = why.rules.find(({ passes }) => !passes)
  const isOpening = against === undefined && !isForNobody(key)
  const cause = against === undefined ? html`${keys.nobody}` : decidesOf(against, shown)
  const said = isOpening ? html`${keys.opens}` : html`${keys.opensNot} ${cause}.`
  return html`<div class="notice ${isOpening ? 'good' : 'warn'}"><p><b>${keys.why}</b> ${said} <a href="#why">${keys.rulesLink}</a></p></div>`
}

function rowOf(verdict: RuleVerdict, shown: WhyShown): Row {
  const { keys } = shown.words
  const changesAtMs = ruleChangesAtMs(verdict)
  return {
    rule: keys.rules[verdict.outcome],
    passes: verdict.passes,
    value: decidesOf(verdict, shown),
    changes:
      changesAtMs === null
        ? html`<span class="soft">${keys.notByItself}</span>`
        : html`${timeOf(changesAtMs, shown.time)}`,
  }
}

/** A key for certain people opens for them alone, and for nobody when none is named. */
function whoRow({ key, words }: WhyShown): Row {
  const { keys } = words
  const value =
    key.accessMode === 'public'
      ? html`${keys.modes.public}`
      : isForNobody(key)
        ? html`${keys.nobody}`
        : html`${keys.afterSignIn} ${key.allowedUserIds.join(', ')}`
  const changes = html`<span class="soft">${keys.notByItself}</span>`
  return { rule: keys.whoRule, passes: !isForNobody(key), value, changes }
}

const isForNobody = ({ accessMode, allowedUserIds }: TempKey): boolean =>
  accessMode !== 'public' && allowedUserIds.length === 0

function decidesOf({ outcome, passes, atMs }: RuleVerdict, { key, offlineCause, words, time }: WhyShown): Html {
  const { keys, doors } = words
  const at = atMs === null ? null : exactTimeOf(atMs, time)
  const near = atMs === null ? null : timeOf(atMs, time)
  switch (outcome) {
    case 'key-revoked':
      return passes ? html`${keys.notRevoked}` : html`${keys.states.revoked} ${at}`
    case 'key-not-yet-valid':
      return html`${keys.from} ${near}`
    case 'key-expired':
      return html`${keys.until} ${near}`
    case 'key-used-up':
    case 'opening-unconfirmed':
      return html`${usesOf(key, words)}`
    case 'shutting-down':
      return html`${passes ? keys.running : keys.ending}`
    case 'clock-untrusted':
      return html`${passes ? keys.clockGood : keys.clockBad} ${at}`
    case 'lock-retired':
      return passes ? html`${keys.inService}` : html`${doors.states.retired} ${at}`
    case 'lock-offline':
      return offlineCause === null ? html`${doors.states.online}` : html`${doors.why[offlineCause]}`
    default:
      return unreachable(outcome)
  }
}
