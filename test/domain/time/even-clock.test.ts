import { expect, test } from 'vitest'
import { EVEN_FOR_MS, EvenClock, STEP_MIN_MS } from '#domain/time/even-clock.ts'
import { CorrectedClock } from '#test/support/manual-clock.ts'

function justStarted() {
  const clock = new CorrectedClock()
  const even = new EvenClock(clock)
  return { clock, even, pass: (ms: number) => clock.passMs(ms) }
}

test('a wall clock counts once it has gone evenly for a minute, and no moment before', async () => {
  const { clock, even, pass } = justStarted()
  expect(even.evenNowMs()).toBeNull()
  await pass(EVEN_FOR_MS - 1)
  expect(even.evenNowMs()).toBeNull()
  await pass(1)
  expect(even.evenNowMs()).toBe(clock.nowMs())
})

test.each([
  ['forward', 1],
  ['back', -1],
])('a step %s makes it wait for a minute anew, also one that is the smallest that counts', async (_, sign) => {
  const { clock, even, pass } = justStarted()
  await pass(EVEN_FOR_MS)
  clock.correctedByMs = sign * STEP_MIN_MS
  expect(even.evenNowMs()).toBeNull()
  await pass(EVEN_FOR_MS - 1)
  expect(even.evenNowMs()).toBeNull()
  await pass(1)
  expect(even.evenNowMs()).toBe(clock.nowMs())
})

test('a correction that is smaller than a step is drift: the clock goes on counting, as corrected', async () => {
  const { clock, even, pass } = justStarted()
  await pass(EVEN_FOR_MS)
  for (const correctedByMs of [STEP_MIN_MS - 1, 1 - STEP_MIN_MS]) {
    clock.correctedByMs = correctedByMs
    expect(even.evenNowMs()).toBe(clock.nowMs())
  }
})

test('two steps that take each other back between two looks are not seen, and need not be: the clock is right', async () => {
  const { clock, even, pass } = justStarted()
  clock.correctedByMs = 3_600_000
  await pass(EVEN_FOR_MS / 2)
  clock.correctedByMs = 0
  await pass(EVEN_FOR_MS / 2)
  expect(even.evenNowMs()).toBe(clock.nowMs())
})
