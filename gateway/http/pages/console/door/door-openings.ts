import type { LoggedOpening } from '#domain/events/event-log.ts'
import type { DoorOpening, DoorOpenings } from '#domain/locks/door-openings.ts'
import { isDecidedInWords, isFinal, type OpeningState } from '#domain/openings/opening.ts'
import { badge, type Tone } from '#http/pages/console/badge.ts'
import { reasonOf, whoOf } from '#http/pages/console/log-page.ts'
import { type Column, emptyOf, tableOf } from '#http/pages/console/table.ts'
import { exactTimeOf, millisecondsOf, type PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

export const TONE_OF_OPENING: Readonly<Record<OpeningState, Tone>> = {
  ...{ opened: 'good', refused: 'warn', jammed: 'bad', 'not-sent': 'warn', unconfirmed: 'warn', 'not-opened': 'warn' },
  ...{ charged: 'info', released: 'info', reserved: 'idle' },
}

interface Shown extends DoorOpenings {
  readonly olderHref: string | null
  readonly newestHref: string | null
}

/** What was tried at this door, the newest first, each with its course. */
export function doorOpeningsOf({ openings, olderHref, newestHref }: Shown, words: ConsoleWords, time: PageTime): Html {
  const { oneDoor, frame } = words
  const head = html`<header class="spread"><h2>${oneDoor.openings}</h2><p class="soft">${words.log.zone} ${time.timeZone}</p></header>`
  const newest = newestHref === null ? null : html`<a class="button quiet" href="${newestHref}">${frame.newest}</a>`
  const older = olderHref === null ? null : html`<a class="button quiet" href="${olderHref}">${frame.older}</a>`
  const nothing = newestHref === null ? oneDoor.noOpenings : oneDoor.noOlder
  const list =
    openings.length === 0
      ? emptyOf(olderHref === null ? nothing : words.log.lookFurther, null)
      : tableOf({ caption: oneDoor.openings, columns: columnsOf(words, time), rows: openings })
  const pager = newest === null && older === null ? null : html`<p class="pager">${newest}${older}</p>`
  return html`<section class="card" id="door-openings">${head}${list}${pager}</section>`
}

const columnsOf = (words: ConsoleWords, time: PageTime): readonly Column<DoorOpening>[] => [
  { label: words.oneDoor.when, isHeading: true, cell: ({ entry }) => exactTimeOf(entry.atMs, time) },
  { label: words.oneDoor.result, cell: (tried) => resultOf(tried, words) },
  { label: words.log.who, cell: ({ entry }) => whoOf(entry, words) },
  { label: words.oneDoor.course, cell: (tried) => courseOf(tried, words) },
]

function resultOf({ entry, opening }: DoorOpening, words: ConsoleWords): Html {
  const { log, doors, oneDoor } = words
  const test = entry.isTest ? html` ${badge('info', oneDoor.test)}` : null
  if (opening === null) {
    const why = entry.reason === null ? null : html`<br>${reasonOf(entry.reason, words)}`
    return html`${badge('warn', log.results.denied)}${why}`
  }
  const { state, corrected } = opening
  const shown = badge(TONE_OF_OPENING[state], doors.openings[state])
  return html`${shown}${test}${whyOf(opening, words)}${corrected ? html`<br><span class="soft">${oneDoor.corrected}</span>` : null}`
}

function whyOf(opening: LoggedOpening, words: ConsoleWords): Html | null {
  if (opening.reason === null) return null
  return isDecidedInWords(opening) ? html`<br>“${opening.reason}”` : html`<br>${reasonOf(opening.reason, words)}`
}

/** Sent, answered and settled, each in milliseconds since it was asked for; what nobody measured is left out. */
function courseOf({ entry, opening }: DoorOpening, words: ConsoleWords): Html {
  const { log } = words
  const note = entry.note === null ? null : html`“${entry.note}”`
  const code = entry.opening === null ? null : html`${log.helpCode} <code>${entry.opening.code}</code>`
  const steps = opening === null ? null : stepsOf(opening, words)
  const lines = [note, code].filter((line) => line !== null)
  const below = lines.map((line, at) => (at === 0 ? line : html`<br>${line}`))
  return steps === null && lines.length === 0 ? html`<span class="soft">–</span>` : html`${steps}${below}`
}

function stepsOf({ state, sentAfterMs, ackedAfterMs, startedAtMs, settledAtMs }: LoggedOpening, words: ConsoleWords) {
  const { oneDoor } = words
  const settledAfterMs =
    settledAtMs === null ? null : Math.max(settledAtMs - startedAtMs, ackedAfterMs ?? sentAfterMs ?? 0)
  const steps: readonly (readonly [string, number | null])[] = [
    [oneDoor.sent, sentAfterMs],
    [oneDoor.acked, ackedAfterMs],
    [oneDoor.settled, settledAfterMs],
  ]
  const known = steps.flatMap(([name, afterMs]) =>
    afterMs === null ? [] : [html`<li>${name} <b>${millisecondsOf(afterMs, words)}</b></li>`],
  )
  if (known.length === 0) return null
  const wasLate = sentAfterMs !== null && ackedAfterMs === null && state === 'opened' && isFinal(state)
  const late = wasLate ? html`<span class="soft">${oneDoor.lateWord}</span><br>` : null
  return html`<ol class="steps">${known}</ol>${late}`
}
