import { expect, test } from 'vitest'
import { TokenKeysWatch } from '#site/token-keys-watch.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

/** Alarms that take what they are told, except where they are busy. */
function watched() {
  const told: string[] = []
  const alarms = { isBusy: false }
  const clock = new ManualClock()
  const watch = new TokenKeysWatch(
    {
      raise: async ({ kind, advice }) => {
        if (!alarms.isBusy) told.push(`raise ${kind}: ${advice}`)
        return !alarms.isBusy
      },
      clear: async (kind) => void told.push(`clear ${kind}`),
    },
    clock,
  )
  const ofFile = { keyCount: 1, readAtMs: 0, writtenAtMs: 0, source: null }
  const look = (...problems: (string | null)[]) =>
    watch.look({
      status: async () =>
        problems.map((problem, index) => ({ ...ofFile, issuer: `https://${index}.example`, problem })),
    })
  const lookAt = (refreshedAtMs: number | null) =>
    watch.look({
      status: async () => [
        { ...ofFile, issuer: 'https://0.example', problem: null, source: { refreshedAtMs, problem: null } },
      ],
    })
  return { told, alarms, clock, watch, look, lookAt }
}

test('a file of token keys that can’t be used raises one alarm that says whose, and the alarm ends with it', async () => {
  const { told, look } = watched()
  // What a former process raised may stand.
  await look(null)
  for (const problem of [null, 'is not JSON', 'is not JSON', null, null]) await look(problem)
  await look('is not JSON', null)
  await look('is not JSON', 'is empty')
  await look(null, null)
  expect(told.filter((line) => line.includes('unusable'))).toEqual([
    'clear token-keys-unusable',
    'raise token-keys-unusable: The file of token keys of https://0.example is not JSON: the old keys stay in use, put a whole file there.',
    'clear token-keys-unusable',
    'raise token-keys-unusable: The file of token keys of https://0.example is not JSON: the old keys stay in use, put a whole file there.',
    'raise token-keys-unusable: The file of token keys of https://0.example is not JSON. The file of token keys of https://1.example is empty: the old keys stay in use, put a whole file there.',
    'clear token-keys-unusable',
  ])
})

test('a problem that could not be told is told at the next look', async () => {
  const { told, alarms, look } = watched()
  alarms.isBusy = true
  await look('is empty')
  alarms.isBusy = false
  await look('is empty')
  await look('is empty')
  expect(told.filter((line) => line.startsWith('raise'))).toHaveLength(1)
})

test('keys that no refresh confirmed for a day raise another alarm, and a refresh ends it', async () => {
  const { told, clock, lookAt } = watched()
  const refreshedAtMs = clock.nowMs()
  await lookAt(refreshedAtMs)
  await clock.passMs(24 * 3_600_000)
  await lookAt(refreshedAtMs)
  await clock.passMs(1)
  await lookAt(refreshedAtMs)
  await lookAt(clock.nowMs())
  expect(told.filter((line) => line.includes('stale'))).toEqual([
    'clear token-keys-stale',
    'raise token-keys-stale: The token keys of https://0.example were not refreshed for 24 hours: look at the way to the issuer.',
    'clear token-keys-stale',
  ])
})

test('an alarm of token keys ends when the config names no issuer any more', async () => {
  const { told, watch, look } = watched()
  await look('is empty')
  await watch.look(null)
  expect(told.at(-1)).toBe('clear token-keys-unusable')
})
