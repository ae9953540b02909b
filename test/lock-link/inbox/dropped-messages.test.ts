import { beforeEach, expect, test } from 'vitest'
import { DroppedMessages } from '#lock-link/inbox/dropped-messages.ts'
import { one, two } from '#test/lock-link/link-lab.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

let clock: ManualClock
let lines: object[]
let dropped: DroppedMessages
beforeEach(() => {
  clock = new ManualClock()
  lines = []
  const none = () => {}
  dropped = new DroppedMessages(clock, { info: none, error: none, warn: (fields) => void lines.push(fields) })
})

test('a lock whose messages are dropped is one line in ten seconds for each cause, with the number since the start', async () => {
  for (let message = 0; message < 100; message += 1) dropped.add(one, 'signature', 'wrong')
  expect(lines).toEqual([{ lockId: one, check: 'signature', detail: 'wrong', dropped: 1 }])
  await clock.passMs(9_999)
  dropped.add(one, 'signature', 'wrong')
  expect(lines).toHaveLength(1)
  await clock.passMs(1)
  dropped.add(one, 'signature', 'still wrong')
  expect(lines.slice(1)).toEqual([{ lockId: one, check: 'signature', detail: 'still wrong', dropped: 102 }])
})

test('another lock, another cause, and members that can’t be read have lines of their own', () => {
  dropped.add(one, 'signature', 'wrong')
  dropped.add(two, 'signature', 'wrong')
  dropped.add(one, 'generation', 'old')
  dropped.misread(one, ['batteryPercent'])
  dropped.misread(one, ['door'])
  expect(lines).toEqual([
    { lockId: one, check: 'signature', detail: 'wrong', dropped: 1 },
    { lockId: two, check: 'signature', detail: 'wrong', dropped: 1 },
    { lockId: one, check: 'generation', detail: 'old', dropped: 1 },
    { lockId: one, members: ['batteryPercent'], times: 1 },
  ])
})
