import { expect, test } from 'vitest'
import { type LockId, lockIdFromNumber } from '#protocol/ids.ts'
import { ContestAlarm } from '#site/contest-alarm.ts'
import type { NewAlarm } from '#store/tables/alarms.ts'

const T0 = 1_764_000_000_000
const lock = (n: number): LockId => lockIdFromNumber(n) ?? expect.fail()

const alarmOf = () => {
  const raised: (NewAlarm & { times: number | undefined })[] = []
  const lines: object[] = []
  const alarm = new ContestAlarm(
    { raise: async (each, _atMs, times) => void raised.push({ ...each, times }) },
    { warn: (fields: object) => lines.push(fields) },
  )
  return { alarm, raised, lines }
}

test('two devices with one identity are told of once a minute and lock, with both addresses and every takeover', async () => {
  const { alarm, raised, lines } = alarmOf()
  const [ours, theirs] = ['10.0.0.5', '10.0.0.9']
  await alarm.contested(lock(1), { takeovers: 3, from: ours, to: theirs }, T0)
  for (let second = 1; second <= 120; second += 1) {
    const [from, to] = second % 2 === 0 ? [ours, theirs] : [theirs, ours]
    await alarm.contested(lock(1), { takeovers: 1, from, to }, T0 + second * 1_000)
  }
  await alarm.contested(lock(2), { takeovers: 3, from: ours, to: theirs }, T0 + 1_000)
  expect(raised.map(({ lockId, times }) => [lockId, times])).toEqual([
    [1, 3],
    [1, 60],
    [1, 60],
    [2, 3],
  ])
  expect(raised[0]).toMatchObject({ kind: 'lock-contested', severity: 'critical' })
  expect(raised[0]?.advice).toMatch(/^Two devices connect as this lock in turn, from 10\.0\.0\.5 and 10\.0\.0\.9: /)
  expect(lines[0]).toEqual({ lockId: 1, addresses: [ours, theirs], takeovers: 3 })
  expect(lines).toHaveLength(4)
})

test('behind one address it may be one device that restarts all the time, and that is said', async () => {
  const { alarm, raised } = alarmOf()
  await alarm.contested(lock(1), { takeovers: 3, from: '10.0.0.5', to: '10.0.0.5' }, T0)
  expect(raised[0]?.advice).toMatch(/from 10\.0\.0\.5: two devices with one name and password, or one that restarts/)
})
