import { expect, test } from 'vitest'
import { PreparedLocksAlarm } from '#site/prepared-locks-alarm.ts'
import type { NewAlarm } from '#store/tables/alarms.ts'

const T0 = 1_764_000_000_000
const refusal = { kind: 'too-many-prepared', of: 'caller', limit: 200 } as const

test('a program that is refused to prepare locks is told of once a minute, however often it tries', async () => {
  const raised: NewAlarm[] = []
  const lines: object[] = []
  const alarm = new PreparedLocksAlarm(
    { raise: async (each) => void raised.push(each) },
    { warn: (fields: object) => lines.push(fields) },
  )
  const by = 'organization:acme/api-key:0123456789abcdef'
  for (let second = 0; second < 120; second += 1) await alarm.refused(refusal, by, T0 + second * 1_000)
  expect(raised).toHaveLength(2)
  expect(raised[0]).toMatchObject({ kind: 'prepared-locks-full', lockId: null, severity: 'warning' })
  expect(raised[0]?.advice).toContain(`${by} may prepare no more locks. It has prepared 200 `)
  expect(lines).toEqual([
    { by, of: 'caller', limit: 200, times: 1 },
    { by, of: 'caller', limit: 200, times: 60 },
  ])
})
