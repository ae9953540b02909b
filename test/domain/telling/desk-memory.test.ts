import { expect, test } from 'vitest'
import { deskStateFrom, deskStateText, NEW_DESK } from '#domain/telling/desk-state.ts'
import { DeskTime } from '#domain/telling/desk-time.ts'
import { T0 } from '#test/store/support/store-site.ts'

const DAY_MS = 86_400_000
const at = (nowMs: number, monotonicMs = 5_000) => ({ nowMs: () => nowMs, monotonicMs: () => monotonicMs })
const kept = { deskMs: 1_000, wallMs: T0 }

test.each([
  { what: 'goes on by the wall clock between two processes', wallMs: T0 + 60_000, deskMs: 61_000 },
  { what: 'never goes back, though the wall clock was set back between them', wallMs: T0 - DAY_MS, deskMs: 1_000 },
  {
    what: 'takes a wall clock that jumped by years for an absence of 30 days',
    ...{ wallMs: T0 + 9_000 * DAY_MS, deskMs: 1_000 + 30 * DAY_MS },
  },
])('desk time $what', ({ wallMs, deskMs }) => {
  expect(new DeskTime(at(wallMs), kept).nowMs()).toBe(deskMs)
})

test('a wall clock that is set while a process runs changes no desk time', () => {
  const clock = { wallMs: T0, monotonicMs: 5_000 }
  const time = new DeskTime({ nowMs: () => clock.wallMs, monotonicMs: () => clock.monotonicMs }, null)
  clock.wallMs += DAY_MS
  clock.monotonicMs += 7
  expect(time.nowMs()).toBe(7)
})

test('what a recipient knows is read as it was written, and from another version or from nonsense nothing is', () => {
  const state = { ...NEW_DESK, keptAt: kept, spentMs: [1, 2], forDigest: ['lock-jammed 1 raised 1 1'] }
  const text = deskStateText(state)
  expect(deskStateFrom(text)).toEqual(state)
  expect(deskStateFrom(text.replace('"form":1', '"form":2'))).toEqual(NEW_DESK)
  for (const nonsense of ['', '{', 'null', '7', '{}'])
    expect([nonsense, deskStateFrom(nonsense)]).toEqual([nonsense, NEW_DESK])
})
