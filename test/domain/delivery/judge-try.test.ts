import { expect, test } from 'vitest'
import { isDue, judgeTry, waitAfterMs } from '#domain/delivery/judge-try.ts'
import { noticeOf } from '#test/notify/support/messages.ts'

const NOW_MS = Date.UTC(2026, 10, 28, 12)
const HOUR_MS = 3_600_000
const DOWN = { kind: 'failed', cause: 'it is down' } as const
const waiting = (ageMs: number, tries: number) => ({ notice: noticeOf({ madeAtMs: NOW_MS - ageMs }), tries })

test('waits double from five seconds to ten minutes, and are spread by a fifth', () => {
  const waitsS = Array.from({ length: 10 }, (_, before) => waitAfterMs(before + 1, 0.5) / 1_000)
  expect(waitsS).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600])
  expect([waitAfterMs(1, 0), waitAfterMs(1, 1), waitAfterMs(5_000, 1)]).toEqual([4_000, 6_000, 720_000])
})

test.each([
  { what: 'before a day is over', ageMs: 24 * HOUR_MS - 1, tries: 200, kind: 'failed' },
  { what: 'after a day', ageMs: 24 * HOUR_MS, tries: 150, kind: 'given-up' },
  { what: 'after a day without power, at the ninth try', ageMs: 48 * HOUR_MS, tries: 8, kind: 'failed' },
  { what: 'and at the tenth', ageMs: 48 * HOUR_MS, tries: 9, kind: 'given-up' },
  { what: 'when the clock was set back behind its making', ageMs: -HOUR_MS, tries: 50, kind: 'failed' },
])('$what a message that did not arrive is $kind', ({ ageMs, tries, kind }) => {
  expect(judgeTry(DOWN, waiting(ageMs, tries), NOW_MS, 0.5)).toMatchObject({ kind, cause: 'it is down' })
})

test('a clock that was set back keeps no message waiting until it is there again', () => {
  expect(isDue({ nextTryAtMs: NOW_MS + 1 }, NOW_MS)).toBe(false)
  expect(isDue({ nextTryAtMs: NOW_MS }, NOW_MS)).toBe(true)
  // No wait between two tries is longer.
  expect(isDue({ nextTryAtMs: NOW_MS + waitAfterMs(99, 1) }, NOW_MS)).toBe(false)
  expect(isDue({ nextTryAtMs: NOW_MS + waitAfterMs(99, 1) + 1 }, NOW_MS)).toBe(true)
})
