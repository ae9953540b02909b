import type { ListedAlarm } from '#domain/alarms/manage-alarms.ts'
import { SEVERITY_RANK } from '#domain/locks/door-board.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { plural } from '#http/words/plural.ts'
import { type AlarmReader, alarmCard, alarmText, wordOf } from './alarm-cards.ts'
import { badge, TONE_OF_SEVERITY } from './badge.ts'
import { CONSOLE, doorPath, withQuery } from './console-paths.ts'
import { emptyOf, tableOf } from './table.ts'
import { timeOf } from './times.ts'

/** Nobody sees to more at once, and a page of a thousand would be read by nobody. */
export const STANDING_SHOWN = 60

export interface PastAlarms {
  readonly alarms: readonly ListedAlarm[]
  /** Null for the newest. */
  readonly beforeId: number | null
  /** Null when there are no older ones. */
  readonly nextBeforeId: number | null
}

/** What stands, and below it what stands and calls nobody: the part that follows what happens. */
export function standingOf(all: readonly ListedAlarm[], reader: AlarmReader): Html {
  const { alarms } = reader.words
  const inOrder = [...all].sort(byUrgency)
  const [muted, called] = [inOrder.filter(isMuted), inOrder.filter((listed) => !isMuted(listed))]
  const shown = called.slice(0, STANDING_SHOWN)
  const mutedShown = muted.slice(0, STANDING_SHOWN)
  const left = inOrder.length - shown.length - mutedShown.length
  const more = left === 0 ? null : html`<p class="inside soft">${plural(reader.words, alarms.moreStand, left)}</p>`
  const list =
    shown.length === 0
      ? emptyOf(alarms.nothingStands, alarms.nothingStandsHint)
      : html`${shown.map((listed) => alarmCard(listed, reader))}${more}`
  const below =
    mutedShown.length === 0
      ? null
      : html`<section class="card"><h2>${alarms.mutedAlarms} <span class="soft">${muted.length}</span></h2>${mutedShown.map((listed) => alarmCard(listed, reader))}</section>`
  return html`<div class="stack" id="standing"><section class="card"><h2>${alarms.standing} <span class="soft">${called.length}</span></h2>${list}</section>${below}</div>`
}

const isMuted = ({ mutedUntilMs }: ListedAlarm): boolean => mutedUntilMs !== null

/** What nobody has seen to comes first, the worst before all, then what began last. */
function byUrgency({ alarm: a }: ListedAlarm, { alarm: b }: ListedAlarm): number {
  const seen = Number(a.acknowledged !== null) - Number(b.acknowledged !== null)
  return SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || seen || b.sinceMs - a.sinceMs
}

export function pastOf({ alarms, beforeId, nextBeforeId }: PastAlarms, reader: AlarmReader): Html {
  const { words, time } = reader
  const said = words.alarms
  if (alarms.length === 0 && beforeId === null && nextBeforeId === null) {
    return html`<section class="card" id="past"><h2>${said.past}</h2>${emptyOf(said.nothingPast, null)}</section>`
  }
  const table = tableOf<ListedAlarm>({
    caption: said.past,
    rows: alarms,
    columns: [
      {
        label: said.title,
        isHeading: true,
        cell: ({ alarm }) =>
          html`${alarmText(alarm, words).name}<br>${badge(TONE_OF_SEVERITY[alarm.severity], said.severities[alarm.severity])}`,
      },
      {
        label: said.door,
        cell: ({ lock }) =>
          lock === null
            ? said.wholeSite
            : html`<a href="${doorPath(lock.lockId)}">${lock.name}</a><br><span class="soft">${words.doors.number} ${lock.lockId}</span>`,
      },
      { label: said.since, cell: ({ alarm }) => timeOf(alarm.sinceMs, time) },
      { label: said.ended, cell: ({ alarm }) => (alarm.clearedAtMs === null ? '' : timeOf(alarm.clearedAtMs, time)) },
      { label: said.seenLabel, isNumber: true, cell: ({ alarm }) => String(alarm.count) },
      {
        label: said.acknowledgedBy,
        cell: ({ alarm }) =>
          alarm.acknowledged === null
            ? html`<span class="soft">${said.byItself}</span>`
            : html`<b>${alarm.acknowledged.name}</b>${wordOf(alarm.acknowledged, reader)}`,
      },
    ],
  })
  const newest =
    beforeId === null ? null : html`<a class="button quiet" href="${CONSOLE.alarms}#past">${words.frame.newest}</a>`
  const older =
    nextBeforeId === null
      ? null
      : html`<a class="button quiet" href="${withQuery(CONSOLE.alarms, { before: nextBeforeId })}#past">${words.frame.older}</a>`
  const pager = newest === null && older === null ? null : html`<p class="pager">${newest}${older}</p>`
  return html`<section class="card" id="past"><h2>${said.past}</h2>${table}${pager}</section>`
}
