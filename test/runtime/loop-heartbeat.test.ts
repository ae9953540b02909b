import { afterEach, expect, test, vi } from 'vitest'
import { LoopHeartbeat } from '#runtime/loop-heartbeat.ts'

const heartbeat = new LoopHeartbeat(() => performance.now())
afterEach(() => heartbeat.stop())

test('says that the loop turned some moments ago as long as it turns', async () => {
  heartbeat.start()
  const startedMs = performance.now()
  await expect.poll(() => heartbeat.turnedAtMs()).toBeGreaterThan(startedMs)
})

test('never makes what has just come look older than 50 ms, as long as the loop turns', () => {
  vi.useFakeTimers()
  try {
    const turning = new LoopHeartbeat(() => Date.now())
    turning.start()
    for (let passedMs = 0; passedMs < 500; passedMs += 1) {
      vi.advanceTimersByTime(1)
      expect(turning.nowMs() - turning.turnedAtMs()).toBeLessThanOrEqual(50)
    }
    turning.stop()
  } finally {
    vi.useRealTimers()
  }
})

test('a timer that runs right after a blocked loop makes nothing look new: it ran before what waited was read', async () => {
  heartbeat.start()
  const before = heartbeat.turnedAtMs()
  await expect.poll(() => heartbeat.turnedAtMs()).toBeGreaterThan(before)
  // From here the next phase of the loop is that of the timers: the heartbeat's is due in it, and then this one.
  await new Promise((resolve) => setImmediate(resolve))
  const blockedMs = performance.now()
  const seen = new Promise<number>((resolve) => setTimeout(() => resolve(heartbeat.turnedAtMs()), 60))
  while (performance.now() < blockedMs + 200);
  expect(await seen).toBeLessThanOrEqual(blockedMs)
})
