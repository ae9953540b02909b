import { expect, test } from 'vitest'
import { askWaitMsFor, OPENING_DEADLINE_MAX_MS } from '#domain/openings/opening-limits.ts'

test.each([
  [OPENING_DEADLINE_MAX_MS, 2_000],
  [5_001, 2_000],
  [5_000, 2_000],
  [4_000, 1_500],
  [2_000, 500],
])(
  'with a deadline of %i ms a silent lock is asked for %i ms, so that the tap can still open after it',
  (deadlineMs, askMs) => {
    expect(askWaitMsFor(deadlineMs)).toBe(askMs)
  },
)
