import {
  type DoorCounts,
  type DoorFilter,
  type DoorGroup,
  type DoorRow,
  type DoorStateName,
  groupDoors,
} from '#domain/locks/door-board.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { PAUSE_SCRIPT } from './console-assets.ts'
import { CONSOLE, withQuery } from './console-paths.ts'
import { doorRowHtml } from './door-rows.ts'
import { icon } from './icons.ts'
import { emptyOf } from './table.ts'
import type { PageTime } from './times.ts'

export interface DoorsShown {
  /** Those that the filter means. */
  readonly rows: readonly DoorRow[]
  /** Of all doors. */
  readonly counts: DoorCounts
  readonly filter: DoorFilter
  readonly areas: readonly string[]
  readonly words: ConsoleWords
  readonly time: PageTime
  readonly mayMute: boolean
  /** Other work has its turn: a thousand rows take longer than a door may wait. */
  turn(): Promise<void>
}

const ROWS_AT_ONCE = 25
/**
 * A browser reads what has arrived in one go, half a second long on a slow machine, and does nothing else meanwhile. Before a
 * script it has to stop.
 */
const PAUSE = html`<script src="${PAUSE_SCRIPT.path}"></script>`

export async function doorsContent(shown: DoorsShown): Promise<Html> {
  const { counts, filter, words } = shown
  if (counts.all + counts.states.retired === 0) {
    return html`<section class="card">${emptyOf(words.doors.noDoors, words.doors.noDoorsHint)}</section>`
  }
  const groups = await groupsOf(shown)
  const moved = isFiltered(filter)
    ? null
    : html`<p class="line info" id="moved" role="status" hidden>${words.doors.moved} <a href="${CONSOLE.doors}">${words.doors.sortAgain}</a></p>`
  const found =
    shown.rows.length === 0 ? html`<section class="card">${emptyOf(words.doors.nothingFound, null)}</section>` : null
  return html`${tilesOf(counts, filter, words)}${finderOf(shown)}${moved}<div>${groups}</div>${found}`
}

export const isFiltered = ({ text, state, area }: DoorFilter): boolean =>
  text !== null || state !== null || area !== null

const collators = new Map<string, Intl.Collator>()
function collatorOf(locale: string): Intl.Collator {
  const known = collators.get(locale) ?? new Intl.Collator(locale, { numeric: true })
  collators.set(locale, known)
  return known
}

async function groupsOf({ rows, words, time, mayMute, turn }: DoorsShown): Promise<Html> {
  const groups: Html[] = []
  let sincePause = 0
  for (const group of groupDoors(rows, collatorOf(words.locale).compare)) {
    const written: Html[] = []
    for (let at = 0; at < group.rows.length; at += ROWS_AT_ONCE) {
      if (at > 0) await turn()
      const part = group.rows.slice(at, at + ROWS_AT_ONCE)
      written.push(html`${part.map((row) => doorRowHtml(row, { words, time, mayMute }))}`)
      sincePause += part.length
      if (sincePause < ROWS_AT_ONCE) continue
      written.push(PAUSE)
      sincePause = 0
    }
    groups.push(groupOf(group, html`${written}`, words))
    await turn()
  }
  return html`${groups}`
}

function groupOf(group: DoorGroup, rows: Html, words: ConsoleWords): Html {
  const { doors } = words
  const name = group.kind === 'problems' ? doors.toSeeTo : (group.area ?? doors.noArea)
  const heads = [doors.name, doors.state, doors.door, doors.battery, doors.firmware, doors.lastOpening]
  const columns = heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)
  return html`<section class="card group"><header><h2>${name}</h2><span class="soft">${plural(words, doors.doorCount, group.rows.length)}</span></header><table class="doors" role="table"><caption>${name}</caption><thead role="rowgroup"><tr role="row">${columns}<td role="cell"></td></tr></thead><tbody role="rowgroup">${rows}</tbody></table></section>`
}

/** How many there are of each, and the way to them. */
export function tilesOf(counts: DoorCounts, filter: DoorFilter, { doors }: ConsoleWords): Html {
  const { all, states, withAlarms, muted } = counts
  const tile = (count: number, label: string, state: DoorFilter['state'], tone: string, always = true): Html | null => {
    if (!always && count === 0 && filter.state !== state) return null
    const current = filter.state === state ? html` aria-current="true"` : null
    const look = count === 0 ? '' : tone
    return html`<li><a class="${look}" href="${withQuery(CONSOLE.doors, { state })}"${current}><b>${count}</b><span>${label}</span></a></li>`
  }
  const ofState = (state: DoorStateName, tone: string, always = true): Html | null =>
    tile(states[state], doors.states[state], state, tone, always)
  return html`<ul class="tiles" id="tiles">${tile(all, doors.all, null, '')}${ofState('online', 'good')}${ofState('offline', 'bad')}${ofState('never-seen', 'warn')}${ofState('not-keyed', '', false)}${tile(withAlarms, doors.withAlarms, 'alarms', 'warn')}${tile(muted, doors.muted, 'muted', '', false)}${ofState('retired', '', false)}</ul>`
}

/** A form, so that it works without scripts; what is shown already is narrowed while somebody types. */
function finderOf({ filter, areas, words }: DoorsShown): Html {
  const { doors } = words
  const text = filter.text ?? ''
  const choices = areas.map(
    (area) => html`<option value="${area}"${area === filter.area ? html` selected` : null}>${area}</option>`,
  )
  const area =
    areas.length === 0
      ? null
      : html`<div class="field"><label for="find-area">${doors.area}</label><select id="find-area" name="area"><option value="">${doors.anyArea}</option>${choices}</select></div>`
  const state = filter.state === null ? null : html`<input type="hidden" name="state" value="${filter.state}">`
  const clear = isFiltered(filter) ? html`<a class="button quiet" href="${CONSOLE.doors}">${doors.clear}</a>` : null
  return html`<form class="finder" role="search" method="get" action="${CONSOLE.doors}"><div class="field"><label for="find-text">${doors.search}</label><input id="find-text" name="q" type="search" value="${text}" placeholder="${doors.searchHint}" autocomplete="off" data-finds="${text}"></div>${area}${state}<div class="actions"><button class="button" type="submit">${icon('search')}<span>${doors.find}</span></button>${clear}</div></form>`
}

/** Rows as they are put in place of the same rows. */
export const rowsHtml = (rows: readonly DoorRow[], reader: Pick<DoorsShown, 'words' | 'time' | 'mayMute'>): string =>
  html`${rows.map((row) => doorRowHtml(row, reader))}`.toString()
