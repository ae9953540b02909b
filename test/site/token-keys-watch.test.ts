import { expect, test } from 'vitest'
import { TokenKeysWatch } from '#site/token-keys-watch.ts'

/** Alarms that take what they are told, except where they are busy. */
function watched() {
  const told: string[] = []
  const alarms = { isBusy: false }
  const watch = new TokenKeysWatch({
    raise: async ({ kind, advice }) => {
      if (!alarms.isBusy) told.push(`raise ${kind}: ${advice}`)
      return !alarms.isBusy
    },
    clear: async (kind) => void told.push(`clear ${kind}`),
  })
  const look = (...problems: (string | null)[]) =>
    watch.look({
      status: async () =>
        problems.map((problem, index) => ({
          ...{ issuer: `https://${index}.example`, keyCount: 1, readAtMs: 0, writtenAtMs: 0, problem, source: null },
        })),
    })
  return { told, alarms, look }
}

test('a file of token keys that can’t be used raises one alarm that says whose, and the alarm ends with it', async () => {
  const { told, look } = watched()
  // What a former process raised may stand.
  await look(null)
  for (const problem of [null, 'is not JSON', 'is not JSON', null, null]) await look(problem)
  await look('is not JSON', null)
  await look('is not JSON', 'is empty')
  await look(null, null)
  expect(told).toEqual([
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
  expect(told).toHaveLength(1)
})
