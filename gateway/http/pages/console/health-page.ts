import type { OpensByHour } from '#domain/events/opens-by-hour.ts'
import type { ReadinessCheck } from '#domain/upkeep/readiness.ts'
import type { RunBefore } from '#domain/upkeep/run-before.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { calendarDay, siteFormatter } from '#http/pages/shared/site-time.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { badge, type Tone } from './badge.ts'
import { CONSOLE, withQuery } from './console-paths.ts'
import { barChartOf } from './svg-chart.ts'
import { emptyOf, tableOf } from './table.ts'
import { bytesOf, durationOf, type PageTime, timeOf } from './times.ts'

const HOUR_MS = 3_600_000
/** Bars that the name of a day takes. */
const TICK_APART = 12
const MINUTE_MS = 60_000

export interface HealthShown {
  readonly checks: Readonly<Record<string, ReadinessCheck>>
  readonly version: string
  readonly runBefore: RunBefore
  readonly startedAtMs: number
  readonly uptimeMs: number
  /** Null when it can't be told. */
  readonly storeBytes: number | null
  readonly words: ConsoleWords
  readonly time: PageTime
}

const TONES: Readonly<Record<ReadinessCheck['status'], Tone>> = { ok: 'good', warning: 'warn', failed: 'bad' }
const RANKS: Readonly<Record<ReadinessCheck['status'], number>> = { failed: 0, warning: 1, ok: 2 }

/** Every part of the site, what is not well before all: the part that follows what happens. */
export function checksOf({ checks, words }: Pick<HealthShown, 'checks' | 'words'>): Html {
  const { health } = words
  const inOrder = Object.entries(checks).sort(([, a], [, b]) => RANKS[a.status] - RANKS[b.status])
  const shown = inOrder.map(([name, check]) => checkOf(name, check, words))
  return html`<div class="stack" id="health"><section class="card"><h2>${health.parts}</h2><div class="checks">${shown}</div></section></div>`
}

export function runningOf({
  version,
  runBefore,
  startedAtMs,
  uptimeMs,
  storeBytes,
  words,
  time,
}: Omit<HealthShown, 'checks'>): Html {
  const { health, frame } = words
  const size = storeBytes === null ? frame.unknown : bytesOf(storeBytes, words)
  const facts = html`<dl class="facts inside"><div><dt>${health.version}</dt><dd>${version}</dd></div><div><dt>${health.startedAt}</dt><dd>${timeOf(startedAtMs, time)}</dd></div><div><dt>${health.uptime}</dt><dd>${durationOf(Math.max(MINUTE_MS, uptimeMs - (uptimeMs % MINUTE_MS)), words)}</dd></div><div><dt>${health.storeSize}</dt><dd>${size}</dd></div></dl>`
  return html`<section class="card"><h2>${health.running}</h2>${facts}<p class="inside soft">${runBeforeOf(runBefore, version, words, time)}</p></section>`
}

/** Why it is not still the same run: only what can be known. */
function runBeforeOf(before: RunBefore, version: string, { health }: ConsoleWords, time: PageTime): Html {
  if (before.kind === 'unknown') return html`${health.howRunsEnd.unknown}`
  const said = html`${health.howRunsEnd[before.kind]} ${timeOf(before.atMs, time)}`
  return before.version === version ? said : html`${said} · ${health.version} ${before.version}`
}

function checkOf(name: string, check: ReadinessCheck, { health }: ConsoleWords): Html {
  // Of several issuers of tokens each has a number.
  const [, part = name, number = ''] = /^(.*?)(-\d+)?$/.exec(name) ?? []
  const title = `${health.names[part] ?? part}${number.replace('-', ' ')}`
  const text = health.texts[`${part}.${check.reason ?? 'ok'}`] ?? null
  const language = text === null ? html` lang="en"` : null
  const { message, advice } = text ?? check
  const todo =
    part === 'locks'
      ? doorsOf(check, health)
      : advice === null
        ? null
        : html`<p${language}><b>${health.whatToDo}:</b> ${advice}</p>`
  return html`<article class="check"><header><h3>${title}</h3>${badge(TONES[check.status], health.statuses[check.status])}</header><p${language}>${message}</p>${todo}</article>`
}

/** The console has a page of them, where the advice for the command line names commands. */
function doorsOf({ status, reason }: ReadinessCheck, { seeDoors, whatToDo }: ConsoleWords['health']): Html | null {
  if (status === 'ok') return null
  const state = reason === 'some-never-came' ? 'never-seen' : 'offline'
  return html`<p><b>${whatToDo}:</b> <a href="${withQuery(CONSOLE.doors, { state })}">${seeDoors}</a></p>`
}

/** By the hours of the building, and by its days in words beside the picture. */
export function opensOf(opens: OpensByHour | null, words: ConsoleWords, time: PageTime): Html {
  const { health, locale } = words
  if (opens === null)
    return html`<section class="card"><h2>${health.opens}</h2>${emptyOf(health.noFigures, null)}</section>`
  const { fromMs, counts, isAll } = opens
  const total = counts.reduce((sum, count) => sum + count, 0)
  const days = daysOf(fromMs, counts, time)
  const summary = plural(words, health.opensIn7Days, total)
  const chart = barChartOf({
    ...{ summary, locale },
    bars: counts.map((value, at) => ({ value, label: hourOf(fromMs + at * HOUR_MS, time) })),
    // A day that has hardly begun at the edge would write over the next.
    ticks: days
      .filter(({ at }, index) => (days[index + 1]?.at ?? counts.length) - at >= TICK_APART)
      .map(({ at, tick }) => ({ at, label: tick })),
  })
  const table = tableOf({
    caption: health.opensOfDays,
    rows: days,
    columns: [
      { label: health.day, isHeading: true, cell: ({ label }) => label },
      { label: health.count, isNumber: true, cell: ({ count }) => new Intl.NumberFormat(locale).format(count) },
    ],
  })
  const note = isAll ? null : html`<p class="soft">${health.notAll}</p>`
  return html`<section class="card"><h2>${health.opens}</h2><div class="inside"><p class="soft">${summary}</p>${chart}${note}<details><summary>${health.opensOfDays}</summary>${table}</details></div></section>`
}

const hourOf = (atMs: number, time: PageTime): string =>
  `${siteFormatter('shortDate', time).format(atMs)} ${siteFormatter('time', time).format(atMs)}`

/** Days of the building, which on two days of the year have 23 and 25 hours. */
function daysOf(fromMs: number, counts: readonly number[], time: PageTime) {
  const days: { day: number; at: number; label: string; tick: string; count: number }[] = []
  for (const [at, count] of counts.entries()) {
    const atMs = fromMs + at * HOUR_MS
    const day = calendarDay(atMs, time)
    const last = days.at(-1)
    if (last?.day === day) last.count += count
    else
      days.push({
        day,
        at,
        label: siteFormatter('weekday', time).format(atMs),
        tick: siteFormatter('shortDate', time).format(atMs),
        count,
      })
  }
  return days
}
