import { expect, test } from 'vitest'
import { TokenKeysAlarm } from '#site/token-keys-alarm.ts'

test('a file of token keys that can’t be used raises one alarm that says whose, and the alarm ends with it', async () => {
  const told: string[] = []
  const alarm = new TokenKeysAlarm({
    raise: async ({ kind, advice }) => void told.push(`raise ${kind}: ${advice}`),
    clear: async (kind) => told.push(`clear ${kind}`) > 0,
  })
  const look = (...problems: (string | null)[]) =>
    alarm.look(
      {
        status: async () =>
          problems.map((problem, index) => ({
            ...{ issuer: `https://${index}.example`, keyCount: 1, readAtMs: 0, writtenAtMs: 0, problem, source: null },
          })),
      },
      0,
    )
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
