import { describe, expect, test } from 'vitest'
import { badge } from '#http/pages/console/badge.ts'
import { type ConsoleFrame, consolePage } from '#http/pages/console/console-page.ts'
import { withQuery } from '#http/pages/console/console-paths.ts'
import { EMPTY_FORM, type Form, formOf, noticeOf } from '#http/pages/console/form.ts'
import { NO_NEWS } from '#http/pages/console/page-news.ts'
import { barChartOf } from '#http/pages/console/svg-chart.ts'
import { emptyOf, tableOf } from '#http/pages/console/table.ts'
import { bytesOf, durationOf, exactTimeOf, millisecondsOf, timeOf } from '#http/pages/console/times.ts'
import { html } from '#http/pages/shared/html.ts'
import { english } from '#http/words/console/english.ts'
import { german } from '#http/words/console/german.ts'

const NOW_MS = Date.parse('2026-11-24T12:00:00Z')
const time = { timeZone: 'Europe/Berlin', locale: 'en-GB', nowMs: NOW_MS }
const frame = (difference: Partial<ConsoleFrame> = {}): ConsoleFrame => ({
  site: { name: 'House <b>', timeZone: 'Europe/Berlin' },
  words: english,
  ...{
    time,
    here: '/console/doors?q=a',
    person: { name: 'Ann <i>', role: 'technician', formToken: 'token' },
    news: NO_NEWS,
  },
  ...difference,
})
const pageOf = (difference: Partial<ConsoleFrame> = {}): string =>
  consolePage({ frame: frame(difference), title: 'Doors', place: 'doors', content: html``, stream: null }).toString()

describe('around every page', () => {
  test('names of people and places are text, never markup', () => {
    expect(pageOf()).not.toMatch(/<b>\s*–|<i>/)
    expect(pageOf()).toContain('Ann &#60;i&#62;')
  })

  test('nothing is inline, so that the policy can forbid all that is', () => {
    const page = consolePage({
      ...{ frame: frame(), title: 'Doors', place: 'doors', content: html``, stream: '/console/doors/stream' },
    }).toString()
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)| on[a-z]+=/)
  })

  test('every mute is told on every page, and beyond three their number', () => {
    const mute = (name: string | null) => ({ name, untilMs: NOW_MS + 3_600_000 })
    expect(pageOf({ news: { standing: 0, mutes: [mute(null), mute('Cellar')] } })).toMatch(/the whole site.*Cellar/s)
    const many = [mute('a'), mute('b'), mute('c'), mute('d')]
    expect(pageOf({ news: { standing: 0, mutes: many } })).toContain('4 mutes are active')
  })

  test('the language can be changed without losing what was asked for', () => {
    expect(pageOf()).toContain('href="/console/doors?q=a&#38;lang=de"')
  })

  test('whoever has not signed in sees no pages to go to, and no mutes', () => {
    const news = { standing: 2, mutes: [{ name: 'Cellar', untilMs: NOW_MS + 1 }] }
    expect(pageOf({ person: null, news })).not.toMatch(/<nav|Cellar|Sign out/)
  })
})

describe('a form', () => {
  const form = (difference: Partial<Form> = {}): string =>
    formOf(
      {
        ...{ id: 'mute', action: '/console/mutes', submit: 'Mute', state: EMPTY_FORM },
        fields: [
          { kind: 'text', name: 'word', label: 'Word', hint: 'Others read it' },
          { kind: 'select', name: 'door', label: 'Door', options: [{ value: '1', label: 'One' }] },
          { kind: 'radio', name: 'hours', label: 'Hours', options: [{ value: '1', label: '1' }] },
        ],
        ...difference,
      },
      english,
    ).toString()

  test('names every wrong field at once and keeps what was typed', () => {
    const state = { values: { word: '"x"' }, errors: { word: 'Too short.', hours: 'Too long.' } }
    const shown = form({ state })
    expect(shown).toContain('Please correct 2 fields.')
    expect(shown).toContain('value="&#34;x&#34;"')
    expect(shown).toContain('aria-describedby="mute-word-hint mute-word-error" aria-invalid="true"')
    expect(shown).toContain('href="#mute-hours"')
  })

  test('never holds a password that was typed', () => {
    const fields: Form['fields'] = [{ kind: 'text', type: 'password', name: 'code', label: 'Code' }]
    expect(form({ fields, state: { values: { code: 'secret' }, errors: { code: 'Wrong.' } } })).not.toContain('secret')
  })

  test('says what became of it so that it is read out', () => {
    expect(noticeOf('bad', 'No').toString()).toContain('role="alert"')
    expect(noticeOf('good', 'Yes').toString()).toContain('role="status"')
  })
})

describe('parts', () => {
  test('a state has its word beside its colour', () => {
    expect(badge('bad', 'Offline').toString()).toBe('<span class="badge bad">Offline</span>')
  })

  test('each value of a table carries its column, for phones', () => {
    const columns = [
      { label: 'Door', cell: (row: { name: string }) => row.name, isHeading: true },
      { label: 'Count', cell: () => '7', isNumber: true },
    ]
    const table = tableOf({ caption: 'Doors', columns, rows: [{ name: 'A' }], bodyId: 'rows', rowId: () => 'r1' })
    expect(table.toString()).toContain('data-label="Count" class="number"><div>7')
    expect(table.toString()).toContain('<tr role="row" id="r1">')
    expect(emptyOf('Nothing', null).toString()).toContain('<b>Nothing</b>')
  })

  test('a chart says in words what it shows, and draws no bar for nothing', () => {
    const bars = [0, 3, 7].map((value, at) => ({ label: `${at}:00`, value }))
    const drawn = barChartOf({
      summary: '10 opens',
      bars,
      ticks: [{ at: 0, label: 'Mon' }],
      locale: 'en-GB',
    }).toString()
    expect(drawn).toContain('role="img" aria-label="10 opens"')
    expect(drawn.match(/<rect/g)).toHaveLength(2)
  })

  test('a query leaves out what was not asked for, and escapes the rest', () => {
    expect(withQuery('/console/doors', { q: 'a&b', area: null, state: '' })).toBe('/console/doors?q=a%26b')
  })
})

describe('times', () => {
  test('are those of the building', () => {
    expect(timeOf(NOW_MS, time).toString()).toContain('13:00')
    expect(exactTimeOf(NOW_MS, time).toString()).toContain('>13:00:00<')
    expect(exactTimeOf(NOW_MS - 86_400_000, time).toString()).toContain('Mon')
  })

  test.for([
    [450, '450 ms'],
    [59_000, '59 secs'],
    [3_600_000 * 26, '1 day 2 hrs'],
    [-5, '0 ms'],
  ] as const)('%i ms lasts %s', ([ms, said]) => {
    expect(durationOf(ms, english)).toBe(said)
  })

  test('how long a bolt took is told in milliseconds, as long as a person can read them', () => {
    expect(millisecondsOf(812, german)).toBe('812 ms')
    expect(millisecondsOf(61_000, english)).toBe('1 min 1 sec')
  })

  test('bytes have the unit that people say', () => {
    expect([0, 950, 1_500_000, 25e9].map((bytes) => bytesOf(bytes, english))).toEqual([
      '0 byte',
      '950 byte',
      '1.5 MB',
      '25 GB',
    ])
  })
})
