import { expect, test } from 'vitest'
import { inTime, LATE } from '#domain/time/in-time.ts'

function countingClock() {
  const timers = new Set<() => void>()
  return {
    timers,
    monotonicMs: () => 1_000,
    startTimer: (delayMs: number, run: () => void) => {
      expect(delayMs).toBeGreaterThanOrEqual(0)
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
}

test('work that was done in time leaves no timer behind, and neither does work that failed', async () => {
  const clock = countingClock()
  expect(await inTime(Promise.resolve('done'), 3_000, clock)).toBe('done')
  await expect(inTime(Promise.reject(new Error('full')), 3_000, clock)).rejects.toThrow('full')
  expect(clock.timers.size).toBe(0)
})

test('work that is not done when its time comes is late, also when that time was over before', async () => {
  for (const untilMs of [3_000, 0]) {
    const clock = countingClock()
    const asked = inTime(new Promise(() => {}), untilMs, clock)
    for (const run of clock.timers) run()
    expect(await asked).toBe(LATE)
  }
})
