import type { Alarm } from '#domain/alarms/alarm.ts'
import type { ListedAlarm } from '#domain/alarms/manage-alarms.ts'
import type { AckTimesOfDoor } from '#domain/locks/ack-times.ts'
import { keyMarkOf } from '#domain/openings/help-code.ts'
import { type TempKey, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { type AlarmReader, alarmCard, alarmText } from '#http/pages/console/alarm-cards.ts'
import { badge, TONE_OF_SEVERITY, type Tone } from '#http/pages/console/badge.ts'
import { CONSOLE } from '#http/pages/console/console-paths.ts'
import { barChartOf } from '#http/pages/console/svg-chart.ts'
import { emptyOf, tableOf } from '#http/pages/console/table.ts'
import { millisecondsOf, type PageTime, timeOf } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { siteFormatter } from '#http/pages/shared/site-time.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { keyRefOf } from '#protocol/ids.ts'

/** What stands at this door, with the form to acknowledge it. */
export function standingAlarmsOf(standing: readonly ListedAlarm[], reader: AlarmReader): Html {
  const { oneDoor } = reader.words
  const list =
    standing.length === 0
      ? emptyOf(oneDoor.noAlarms, null)
      : html`${standing.map((listed) => alarmCard(listed, reader))}`
  return html`<section class="card" id="door-alarms"><h2>${oneDoor.alarms} <span class="soft">${standing.length}</span></h2>${list}</section>`
}

export function pastAlarmsOf(alarms: readonly Alarm[], words: ConsoleWords, time: PageTime): Html {
  const { oneDoor, alarms: said } = words
  const past = alarms.filter(({ clearedAtMs }) => clearedAtMs !== null)
  const table = tableOf<Alarm>({
    caption: oneDoor.pastAlarms,
    rows: past,
    columns: [
      {
        label: said.title,
        isHeading: true,
        cell: (alarm) =>
          html`${alarmText(alarm, words).name} ${badge(TONE_OF_SEVERITY[alarm.severity], said.severities[alarm.severity])}`,
      },
      { label: said.since, cell: ({ sinceMs }) => timeOf(sinceMs, time) },
      { label: said.ended, cell: ({ clearedAtMs }) => (clearedAtMs === null ? '' : timeOf(clearedAtMs, time)) },
    ],
  })
  const list = past.length === 0 ? emptyOf(oneDoor.noPast, null) : table
  return html`<section class="card"><h2>${oneDoor.pastAlarms}</h2>${list}<p class="pager"><a class="button quiet" href="${CONSOLE.alarms}#past">${oneDoor.allAlarms}</a></p></section>`
}

const TONE_OF_KEY: Readonly<Record<ReturnType<typeof tempKeyStatus>, Tone>> = {
  ...{ valid: 'good', expired: 'idle', 'used-up': 'idle', 'not-yet-valid': 'info', revoked: 'idle' },
}

/** The newest keys of this door. A key's link is its secret: it is called by its mark. */
export function keysOf(
  keys: readonly TempKey[],
  shown: {
    readonly seesPersons: boolean
    readonly isAll: boolean
    /** Where keys are looked through and made; null for whoever may not. */
    readonly places: { readonly all: string; readonly make: string | null } | null
  },
  words: ConsoleWords,
  time: PageTime,
): Html {
  const { oneDoor, log } = words
  const { seesPersons, isAll, places } = shown
  const table = tableOf<TempKey>({
    caption: oneDoor.keys,
    rows: keys,
    columns: [
      {
        label: log.key,
        isHeading: true,
        cell: ({ uuid, description }) => {
          const mark = html`<code>${keyMarkOf(keyRefOf(uuid))}</code>`
          return seesPersons ? html`${description ?? oneDoor.undescribed} <span class="soft">${mark}</span>` : mark
        },
      },
      {
        label: words.doors.state,
        cell: (key) => {
          const status = tempKeyStatus(key, time.nowMs)
          return badge(TONE_OF_KEY[status], oneDoor.keyStates[status])
        },
      },
      { label: oneDoor.validUntil, cell: ({ validUntilMs }) => timeOf(validUntilMs, time) },
      { label: oneDoor.used, isNumber: true, cell: ({ usedCount, maxUses }) => oneDoor.usedOf(usedCount, maxUses) },
    ],
  })
  const more = isAll ? null : html`<p class="inside above soft">${oneDoor.moreKeys}</p>`
  const make = places?.make ?? null
  const makes = make === null ? null : html`<a class="button quiet" href="${make}">${words.keys.newKey}</a>`
  const all = places === null ? null : html`<a class="button quiet" href="${places.all}">${oneDoor.allKeys}</a>`
  const on = places === null ? null : html`<div class="inside above spread">${makes}${all}</div>`
  return html`<section class="card"><h2>${oneDoor.keys}</h2>${keys.length === 0 ? emptyOf(oneDoor.noKeys, null) : table}${more}${on}</section>`
}

/** Days between two that are named below the chart. */
const TICK_APART = 4

/** How long the lock takes to answer, day by day. */
export function ackTimesOf({ days, count, medianMs }: AckTimesOfDoor, words: ConsoleWords): Html {
  const { oneDoor, locale } = words
  const head = html`<h2>${oneDoor.ackTimes}</h2>`
  if (medianMs === null) return html`<section class="card">${head}${emptyOf(oneDoor.noAckTimes, null)}</section>`
  const summary = oneDoor.ackSummary(millisecondsOf(medianMs, words), count, days.length)
  const named = days.map((day) => ({ ...day, label: dayOf(day.date, locale) }))
  const chart = barChartOf({
    ...{ summary, locale },
    bars: named.map(({ label, medianMs: value }) => ({ label, value: value ?? 0 })),
    ticks: named.flatMap(({ label }, at) => (at % TICK_APART === 0 ? { at, label } : [])),
  })
  const table = tableOf({
    caption: oneDoor.ackTimes,
    rows: named.filter((day) => day.count > 0).reverse(),
    columns: [
      { label: oneDoor.day, isHeading: true, cell: ({ label }) => label },
      { label: oneDoor.median, isNumber: true, cell: (day) => tookOf(day.medianMs, words) },
      { label: oneDoor.slowest, isNumber: true, cell: (day) => tookOf(day.slowestMs, words) },
      { label: oneDoor.openingCount, isNumber: true, cell: (day) => String(day.count) },
    ],
  })
  return html`<section class="card">${head}<div class="inside"><p class="soft">${summary}</p>${chart}<details><summary>${oneDoor.ackDays}</summary>${table}</details></div></section>`
}

const tookOf = (ms: number | null, words: ConsoleWords): string => (ms === null ? '' : millisecondsOf(ms, words))

/** A day of the site has its name already: it is read as one of UTC, so that no zone moves it. */
const dayOf = (date: string, locale: string): string =>
  siteFormatter('shortDate', { timeZone: 'UTC', locale }).format(Date.parse(date))
