import { expect, test } from 'vitest'
import type { Alarm } from '#domain/alarms/alarm.ts'
import { judgeAcknowledge, type SeenAlarm } from '#domain/alarms/judge-alarm-change.ts'
import { T0 } from '#test/store/support/store-site.ts'

const alarm: Alarm = {
  ...{ id: 12, kind: 'disk-low', lockId: null, severity: 'warning', sinceMs: T0, lastSeenMs: T0, count: 3 },
  ...{ clearedAtMs: null, beganAtMs: null, about: null, advice: 'Make room.', weight: 2 },
  acknowledged: { atMs: T0 + 1, name: 'Ada', word: 'on my way' },
}
const asked = { id: 12, name: 'Bob', word: 'me too', by: { kind: 'owner' }, atMs: T0 + 9 } as const

test.each<{ saw: string; seen: SeenAlarm | null; becomes: string }>([
  { saw: 'it as it is', seen: { weight: 2, acknowledgedAtMs: T0 + 1 }, becomes: 'acknowledged' },
  { saw: 'no more than that there is one', seen: null, becomes: 'acknowledged' },
  { saw: 'it when it was less bad', seen: { weight: 1, acknowledgedAtMs: T0 + 1 }, becomes: 'changed' },
  { saw: 'it before somebody else acknowledged it', seen: { weight: 2, acknowledgedAtMs: null }, becomes: 'changed' },
])('what somebody acknowledges who saw $saw is $becomes', ({ seen, becomes }) => {
  expect(judgeAcknowledge({ ...asked, ...(seen !== null && { seen }) }, alarm).kind).toBe(becomes)
})

test('a kind that this version does not know ends by its acknowledgement: nothing else would end it', () => {
  const judged = judgeAcknowledge(asked, { ...alarm, kind: 'lock-painted' })
  expect(judged).toMatchObject({ kind: 'acknowledged', after: { clearedAtMs: T0 + 9 } })
  expect(judgeAcknowledge(asked, alarm)).toMatchObject({ after: { clearedAtMs: null } })
})
