import type { DoorRow } from '#domain/locks/door-board.ts'
import type { DoorOpening } from '#domain/locks/door-openings.ts'
import type { AskAnswer } from '#domain/locks/lock-link.ts'
import type { SiteRefusal } from '#domain/openings/outcomes.ts'
import { reasonOf } from '#http/pages/console/log-page.ts'
import { millisecondsOf, type PageTime, timeOf } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** What the page says above all else. */
export interface Said {
  readonly tone: 'good' | 'bad' | 'info'
  readonly text: string | Html
}

/** What came of an action and is stored nowhere. */
export type Told =
  | { readonly kind: 'asked'; readonly answer: AskAnswer }
  /** Null where nothing better is known than that nothing was sent. */
  | { readonly kind: 'nothing-sent'; readonly why: SiteRefusal | null }

export function toldSaid(told: Told, row: DoorRow, words: ConsoleWords, time: PageTime): Said {
  const { oneDoor } = words
  if (told.kind === 'asked') return askedSaid(told.answer, row, words, time)
  return { tone: 'bad', text: told.why === null ? oneDoor.nothingSent : oneDoor.refusals[told.why] }
}

/** One sentence with what it says of itself; of one that is silent, since when, and what to look at. */
function askedSaid(answer: AskAnswer, row: DoorRow, words: ConsoleWords, time: PageTime): Said {
  const { oneDoor, doors } = words
  if (answer.kind === 'answered') {
    const battery = row.batteryPercent === null ? null : `${row.batteryPercent} %`
    const details = oneDoor.answeredDetails(doors.doorIs[row.door], battery, row.firmware)
    const cannot = row.why === 'cannot-open' ? ` ${oneDoor.lookAt['cannot-open']}` : ''
    return {
      tone: cannot === '' ? 'good' : 'bad',
      text: `${oneDoor.answered(millisecondsOf(answer.tookMs, words))} ${details}.${cannot}`,
    }
  }
  const since =
    row.lastSeenMs === null
      ? html`${oneDoor.neverHeard}`
      : html`${oneDoor.silentSince} ${timeOf(row.lastSeenMs, time)}.`
  const why = answer.kind === 'silent' ? 'no-answer' : (row.why ?? 'not-connected')
  const said = answer.kind === 'silent' ? oneDoor.silent : oneDoor.unreachable
  return { tone: 'bad', text: html`${said} ${since} ${oneDoor.lookAt[why]}` }
}

/** What became of an opening that somebody began on this page, as it is known now. */
export function openingSaid({ entry, opening }: DoorOpening, name: string, words: ConsoleWords): Said | null {
  const { oneDoor, doors } = words
  if (opening === null) return null
  const { state, reason, sentAfterMs, ackedAfterMs } = opening
  if (state === 'opened') {
    const tookMs = sentAfterMs === null || ackedAfterMs === null ? null : Math.max(0, ackedAfterMs - sentAfterMs)
    const took = tookMs === null ? null : millisecondsOf(tookMs, words)
    return { tone: 'good', text: entry.isTest ? oneDoor.testOpened(name, took) : oneDoor.opened(name, took) }
  }
  if (state === 'unconfirmed' || state === 'reserved') return { tone: 'bad', text: oneDoor.unconfirmed(name) }
  const why =
    reason === null || state === 'charged' || state === 'released' ? null : html` – ${reasonOf(reason, words)}`
  return { tone: 'bad', text: html`${oneDoor.notOpened(name)} ${doors.openings[state]}${why}.` }
}
