import { expect, test } from 'vitest'
import { WaitingCallers } from '#domain/taps/waiting-callers.ts'

const THERE = { isThere: () => true }
const GONE = { isThere: async () => false }

test('nobody waits once all who waited are gone', async () => {
  const callers = new WaitingCallers(GONE)
  callers.add(GONE)
  expect(await callers.isThere()).toBe(false)
})

test.each([
  ['first', [THERE, GONE, GONE]],
  ['last', [GONE, GONE, THERE]],
] as const)('somebody waits as long as the %s of them is there', async (_, [first, ...others]) => {
  const callers = new WaitingCallers(first)
  for (const other of others) callers.add(other)
  expect(await callers.isThere()).toBe(true)
})

test('somebody waits who joined while the others were asked', async () => {
  const callers = new WaitingCallers({
    isThere: async () => {
      callers.add(THERE)
      return false
    },
  })
  expect(await callers.isThere()).toBe(true)
})
