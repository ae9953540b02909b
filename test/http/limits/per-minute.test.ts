import { expect, test } from 'vitest'
import { PerMinute } from '#http/limits/per-minute.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

test('what was done too often waits to the end of its minute, and nothing else does', async () => {
  const clock = new ManualClock()
  const limit = new PerMinute(20, () => clock.monotonicMs())
  for (let n = 0; n < 20; n += 1) {
    expect(limit.waitS('192.0.2.1')).toBeNull()
    limit.count('192.0.2.1')
  }
  expect([limit.waitS('192.0.2.1'), limit.waitS('192.0.2.2')]).toEqual([60, null])
  await clock.passMs(59_999)
  expect(limit.waitS('192.0.2.1')).toBe(1)
  await clock.passMs(1)
  expect(limit.waitS('192.0.2.1')).toBeNull()
  limit.count('192.0.2.1')
  expect(limit.waitS('192.0.2.1')).toBeNull()
})
