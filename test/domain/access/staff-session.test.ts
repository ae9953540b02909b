import { expect, test } from 'vitest'
import { isSessionOver, SESSION_IDLE_MS, SESSION_LASTS_MS } from '#domain/access/staff-session.ts'

const at = (wallMs: number, monotonicMs: number) => ({ wallMs, monotonicMs })
const BEGAN = at(1_000_000, 5_000)

test.each([
  ['just before', 0, 0, false],
  // As while the machine slept: then the other clock stood still.
  ['by the wall clock alone', 1, -1_000_000, true],
  // As when the clock was set back meanwhile.
  ['by elapsed time alone', -1_000_000, 1, true],
])('a session is over at the first of both clocks that says so: %s', (_what, wall, monotonic, isOver) => {
  const after = (ms: number) => at(BEGAN.wallMs + ms - 1 + wall, BEGAN.monotonicMs + ms - 1 + monotonic)
  expect(isSessionOver(BEGAN, BEGAN, after(SESSION_IDLE_MS))).toBe(isOver)
  const now = after(SESSION_LASTS_MS)
  expect(isSessionOver(BEGAN, now, now)).toBe(isOver)
})
