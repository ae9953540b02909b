import { expect, test } from 'vitest'
import { TokenKeysAlarm } from '#gateway/token-keys-alarm.ts'

test('a file of token keys that can’t be used raises one alarm, and the alarm ends with it', async () => {
  const told: string[] = []
  const alarm = new TokenKeysAlarm({
    raise: async ({ kind, advice }) => void told.push(`raise ${kind}: ${advice}`),
    clear: async (kind) => told.push(`clear ${kind}`) > 0,
  })
  const look = (problem: string | null) =>
    alarm.look({ status: async () => ({ keyCount: 1, readAtMs: 0, writtenAtMs: 0, problem, source: null }) }, 0)
  // What a former process raised may stand.
  await look(null)
  for (const problem of [null, 'is not JSON', 'is not JSON', null, null]) await look(problem)
  expect(told).toEqual([
    'clear token-keys-unusable',
    'raise token-keys-unusable: The file of token keys is not JSON: the old keys stay in use, put a whole file there.',
    'clear token-keys-unusable',
  ])
})
