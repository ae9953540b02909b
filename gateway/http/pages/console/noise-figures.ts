import type { AlarmFigures, NoisyDoor } from '#domain/alarms/alarm-figures.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { siteFormatter } from '#http/pages/shared/site-time.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { doorPath } from './console-paths.ts'
import { barChartOf } from './svg-chart.ts'
import { emptyOf, tableOf } from './table.ts'

/** Bars from one named day to the next. */
const TICK_APART = 5

/** How many messages the alarms made on each day. */
export function messagesOf(figures: AlarmFigures | null, words: ConsoleWords): Html {
  const { health, locale } = words
  if (figures === null)
    return html`<section class="card"><h2>${health.messages}</h2>${emptyOf(health.noFigures, null)}</section>`
  const { messages } = figures
  const days = messages.map(({ date, count }) => ({ label: dayOf(date, locale), count }))
  const total = messages.reduce((sum, { count }) => sum + count, 0)
  const summary = plural(words, health.messagesIn30Days, total)
  const chart = barChartOf({
    ...{ summary, locale },
    bars: days.map(({ label, count }) => ({ label, value: count })),
    ticks: days.flatMap(({ label }, at) => (at % TICK_APART === 0 ? { at, label } : [])),
  })
  const table = tableOf({
    caption: health.messages,
    rows: days.filter(({ count }) => count > 0),
    columns: [
      { label: health.day, isHeading: true, cell: ({ label }) => label },
      { label: health.messageCount, isNumber: true, cell: ({ count }) => new Intl.NumberFormat(locale).format(count) },
    ],
  })
  const inWords = total === 0 ? null : html`<details><summary>${health.messagesOfDays}</summary>${table}</details>`
  return html`<section class="card"><h2>${health.messages}</h2><div class="inside"><p class="soft">${summary}</p>${chart}${inWords}</div></section>`
}

/** Whom to see to first, so that fewer messages come. */
export function noisiestOf(figures: AlarmFigures | null, words: ConsoleWords): Html {
  const { health, locale } = words
  const head = html`<h2>${health.noisiest}</h2>`
  if (figures === null) return html`<section class="card">${head}${emptyOf(health.noFigures, null)}</section>`
  const { noisiest, isAll } = figures
  if (noisiest.length === 0) return html`<section class="card">${head}${emptyOf(health.noNoise, null)}</section>`
  const table = tableOf<NoisyDoor>({
    caption: health.noisiest,
    rows: noisiest,
    columns: [
      { label: health.door, isHeading: true, cell: (door) => nameOf(door, words) },
      { label: health.alarms, isNumber: true, cell: ({ alarms }) => new Intl.NumberFormat(locale).format(alarms) },
    ],
  })
  const note = isAll ? null : html`<p class="inside above soft">${health.notAll}</p>`
  return html`<section class="card">${head}<p class="inside soft">${health.noisiestHint}</p>${table}${note}</section>`
}

function nameOf({ lockId, name, area }: NoisyDoor, { doors, frame }: ConsoleWords): Html {
  const place = `${doors.number} ${lockId}${area === null ? '' : ` · ${area}`}`
  const shown = name === null ? html`${frame.unknown}` : html`<a href="${doorPath(lockId)}">${name}</a>`
  return html`${shown} <span class="soft">${place}</span>`
}

/** A day of the site has its name already: it is read as one of UTC, so that no zone moves it. */
const dayOf = (date: string, locale: string): string =>
  siteFormatter('shortDate', { timeZone: 'UTC', locale }).format(Date.parse(date))
