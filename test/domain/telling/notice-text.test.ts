import { expect, test } from 'vitest'
import { NOTICE_ALARMS_MAX, NOTICE_LINE_MAX, NOTICE_LINES_MAX, NOTICE_TITLE_MAX } from '#domain/notices/notice.ts'
import type { DeskFacts, StandingAlarm } from '#domain/telling/desk-facts.ts'
import { writeNotice } from '#domain/telling/write-notice.ts'
import { factsAt, standingAlarm } from './looked-at-desk.ts'
import { range } from './told-site.ts'

/** The message that tells of all that stands. */
function messageOf(standing: readonly StandingAlarm[], difference: Partial<DeskFacts> = {}) {
  const news = standing.map(({ name, alarm }) => ({ name, what: 'raised', alarm, heldBy: null }) as const)
  return writeNotice('night', { sort: 'alarms', news, reminders: [] }, factsAt(60, standing, difference))
}
const jams = (from: number, to: number) => range(from, to).map((lock) => standingAlarm('lock-jammed', lock, 0))

test.each([
  { doors: [1, 2], title: '2 of 10 doors in East: jammed' },
  { doors: [1], title: 'Door 1 (East): jammed' },
  { doors: [60], title: 'Door 60 (Roof): jammed' },
  { doors: [11, 12, 13, 14], title: '4 alarms: 4 × jammed' },
  { doors: [11, 12, 13, 14, 15], title: '5 of 21 doors in West: jammed' },
  { doors: [1, 11, 12, 13, 14], title: '5 doors: jammed' },
  { doors: [40, 41], title: '2 alarms: 2 × jammed' },
])('five doors, or a fifth of an area and two, go together: of $doors it says “$title”', ({ doors, title }) => {
  expect(messageOf(doors.map((lock) => standingAlarm('lock-jammed', lock, 0))).title).toBe(title)
})

test('no message is longer than what was promised, and each says how much it leaves out', () => {
  const many = [
    ...jams(1, 400),
    ...range(401, 430).map((lock) => standingAlarm('lock-floods', lock, 0)),
    ...range(1, 30).map((lock) => standingAlarm('battery-low', lock, 0)),
  ]
  const notice = messageOf(many, { doorOf: (id) => ({ name: `Door ${id} ${'ü'.repeat(60)}`, area: null }) })
  expect(notice.title.length).toBeLessThanOrEqual(NOTICE_TITLE_MAX)
  expect(notice.lines.length).toBeLessThanOrEqual(NOTICE_LINES_MAX)
  for (const line of notice.lines) expect(line.length).toBeLessThanOrEqual(NOTICE_LINE_MAX)
  expect(notice.lines[0]).toMatch(/^400 doors: jammed: Door 1 .* and 39\d more$/)
  expect(notice.alarms).toHaveLength(NOTICE_ALARMS_MAX)
})

test('of many that don’t go together 25 are listed, and the rest are counted', () => {
  const few = range(1, 9).flatMap((door) =>
    (['lock-jammed', 'lock-floods', 'key-overused', 'ack-orphaned'] as const).map((kind) =>
      standingAlarm(kind, 100 + door, 0),
    ),
  )
  const { lines } = messageOf(few.slice(0, 16).concat(site()))
  expect(lines.some((line) => line === 'And 1 more: see latchkey alarms.')).toBe(true)
  // What to do first is told of five kinds: nobody does more at once.
  expect(lines.filter((line) => line.startsWith('First: '))).toHaveLength(5)
})
/** Ten alarms of the site itself, which never go together. */
const site = () =>
  (
    [
      ...(['store-failed', 'disk-full', 'broker-down', 'clock-untrusted', 'disk-low', 'log-lines-lost'] as const),
      ...(['prepared-locks-full', 'token-keys-stale', 'token-keys-unusable', 'nobody-told'] as const),
    ] as const
  ).map((kind) => standingAlarm(kind, null, 0))

test('a name is never cut within a character', () => {
  for (const length of [100, 101, 102, 103]) {
    const notice = messageOf(jams(1, 1), {
      doorOf: () => ({ name: `${'x'.repeat(length)}${'🔑'.repeat(99)}`, area: null }),
    })
    for (const text of [notice.title, ...notice.lines]) expect(text.isWellFormed()).toBe(true)
  }
})

test('a message says whom or what its one alarm is about, whole, and of several what is usual', () => {
  const advice = `API keys: ${'“desk” of acme ends 2026-12-01T00:00:00.000Z, '.repeat(8)}and the last word.`
  const one = messageOf([standingAlarm('access-ending', null, 0, { advice })])
  expect(one.lines.join(' ')).toContain(`First: ${advice} (administrator)`)
  const from = (address: string) => `Two devices connect from ${address}.`
  const two = messageOf([
    standingAlarm('lock-contested', 1, 0, { advice: from('10.0.0.5') }),
    standingAlarm('lock-contested', 40, 0, { advice: from('10.0.0.6') }),
  ])
  expect(two.lines.join(' ')).toContain('First: Two devices connect as this lock in turn: look which')
  expect(two.lines.join(' ')).not.toContain('10.0.0.5')
})

test('the most severe goes first, and the message is as severe', () => {
  const notice = messageOf([
    standingAlarm('opening-charged-by-age', 1, 0),
    standingAlarm('lock-jammed', 2, 0),
    standingAlarm('disk-full', null, 0),
  ])
  expect(notice.severity).toBe('critical')
  expect(notice.alarms.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'notice'])
})

test('a lock that is gone, or an alarm of another version, is called by what is known of it', () => {
  const gone = standingAlarm('lock-jammed', 7, 0)
  expect(messageOf([gone], { doorOf: () => null }).title).toBe('lock 7: jammed')
  const unknown = { ...gone, alarm: { ...gone.alarm, kind: 'lock-painted' } }
  expect(messageOf([unknown]).title).toBe('Door 7 (East): lock-painted')
})

test('what comes again and again says since when it is so this time, apart from how long it is quiet', () => {
  const { name, alarm } = standingAlarm('lock-offline', 1, 0)
  const news = [{ name, what: 'flapping', alarm, heldBy: null } as const]
  const { title, lines } = writeNotice('night', { sort: 'alarms', news, reminders: [] }, factsAt(60, []))
  const quiet = 'nothing more is told until it has been quiet for 2 hours'
  expect(title).toBe(`Door 1 (East): offline again and again: ${quiet}`)
  expect(lines[0]).toBe(`Door 1 (East): offline again and again, this time since 10:00: ${quiet}.`)
})
