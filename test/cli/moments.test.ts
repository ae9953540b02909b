import { describe, expect, test } from 'vitest'
import { parseMoment, parsePast } from '#cli/moments.ts'
import { zoneNamed } from '#runtime/site-zone.ts'

const nowMs = Date.parse('2026-11-28T12:00:00Z')
const here = { nowMs, zone: zoneNamed('Europe/Berlin') }
const iso = (atMs: number): string => new Date(atMs).toISOString().replace('.000', '')

describe('a time on the command line', () => {
  test.each([
    ['now', '2026-11-28T12:00:00Z'],
    ['+90m', '2026-11-28T13:30:00Z'],
    ['2026-11-28 22:15', '2026-11-28T21:15:00Z'],
    ['2026-07-01T09:00:30', '2026-07-01T07:00:30Z'],
    ['2026-11-28T21:15:00Z', '2026-11-28T21:15:00Z'],
    ['2026-11-28 21:15Z', '2026-11-28T21:15:00Z'],
    ['2026-10-25 02:30+02:00', '2026-10-25T00:30:00Z'],
    ['2026-10-25 02:30+01:00', '2026-10-25T01:30:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(parseMoment(text, '--until', here))).toBe(expected)
  })

  test.each([
    ['2h', '2026-11-28T10:00:00Z', '2026-11-28T10:00:00Z'],
    ['today', '2026-11-27T23:00:00Z', '2026-11-28T23:00:00Z'],
    ['yesterday', '2026-11-26T23:00:00Z', '2026-11-27T23:00:00Z'],
    ['2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['2026-11-27 22:00', '2026-11-27T21:00:00Z', '2026-11-27T21:00:00Z'],
  ])('of the past, %s is since %s or until %s', (text, since, until) => {
    expect(iso(parsePast(text, '--since', 'since', here))).toBe(since)
    expect(iso(parsePast(text, '--until', 'until', here))).toBe(until)
  })

  test('that the clocks skip is refused with both that may be meant, and each of them is taken', () => {
    const asked = () => parseMoment('2026-03-29 02:30', '--from', here)
    expect(asked).toThrow(
      '--from is "2026-03-29 02:30", and the clocks of Europe/Berlin skip that time when they go forward: write "2026-03-29 02:30+01:00", which is 03:30 there, or "2026-03-29 02:30+02:00", which is 01:30 there',
    )
    expect(iso(parseMoment('2026-03-29 02:30+01:00', '--from', here))).toBe('2026-03-29T01:30:00Z')
    expect(iso(parseMoment('2026-03-29 02:30+02:00', '--from', here))).toBe('2026-03-29T00:30:00Z')
  })

  test('that the clocks show twice is refused with both, in their order', () => {
    expect(() => parseMoment('2026-10-25 02:30', '--until', here)).toThrow(
      'show that time twice when they go back: write "2026-10-25 02:30+02:00" for the first time, or "2026-10-25 02:30+01:00" for the second',
    )
  })

  test('a day that begins an hour late begins then', () => {
    const beirut = { nowMs, zone: zoneNamed('Africa/Cairo') }
    expect(iso(parsePast('2026-04-24', '--since', 'since', beirut))).toBe('2026-04-23T22:00:00Z')
  })

  test.each(['tomorrow', '2026-02-30 10:00', '2026-11-28 24:00', '10:00', '2026-11-28 10:00+99:00', '', '-3h'])(
    '"%s" is none, and what is one is told',
    (text) => {
      expect(() => parseMoment(text, '--from', here)).toThrow(/^--from (is|names) /)
      expect(() => parsePast(text, '--since', 'since', here)).toThrow(/^--since (is|names) /)
    },
  )
})
