import { expect, test } from 'vitest'
import type { Sighting } from '#domain/alarms/alarm.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'
import { must } from '#test/support/must.ts'

const by = { kind: 'owner' } as const
const HOUR_MS = 3_600_000
const offline: Sighting = { kind: 'lock-offline', lockId: lockId(1), about: null, times: 1 }
const jammed: Sighting = { kind: 'lock-jammed', lockId: lockId(1), about: null, times: 1 }
const seenTo = { name: 'Ada', word: 'on my way', by }

async function siteWith(...sightings: readonly Sighting[]) {
  const site = await storeSite()
  await site.store.createLock({ lock: newLock(1), by, atMs: T0 })
  for (const sighting of sightings) await site.alarms.raiseAlarm({ sighting, atMs: T0 })
  const ids = (await site.alarms.standingAlarms(9)).map(({ id }) => must(id))
  return { ...site, ids }
}

test('a condition that is acknowledged goes on, with name and word, through a restart and being seen again', async () => {
  const { alarms, ids, restart } = await siteWith(offline)
  const [id] = ids
  const acknowledged = { atMs: T0 + 5, name: 'Ada', word: 'on my way' }
  expect(await alarms.acknowledgeAlarm({ id: must(id), ...seenTo, atMs: T0 + 5 })).toMatchObject({
    kind: 'acknowledged',
    alarm: { acknowledged, clearedAtMs: null },
  })
  const { alarms: again } = await restart()
  await again.raiseAlarm({ sighting: offline, atMs: T0 + 9 })
  expect(await again.standingAlarms(9)).toMatchObject([{ id, count: 2, lastSeenMs: T0 + 9, acknowledged }])
})

test('an acknowledgement is void when the condition worsens, and when it returns', async () => {
  const { alarms, ids } = await siteWith(offline)
  const acknowledge = (id: number) => alarms.acknowledgeAlarm({ id, ...seenTo, atMs: T0 + 5 })
  await acknowledge(must(ids[0]))
  await alarms.raiseAlarm({ sighting: { ...offline, weight: 2 }, atMs: T0 + 6 })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ acknowledged: null, weight: 2 }])
  await acknowledge(must(ids[0]))
  await alarms.clearAlarm({ kind: 'lock-offline', lockId: lockId(1), atMs: T0 + 7 })
  await alarms.raiseAlarm({ sighting: offline, atMs: T0 + 8 })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ acknowledged: null, sinceMs: T0 + 8 }])
})

test('an occurrence ends by its acknowledgement, and the next one is another alarm', async () => {
  const { alarms, ids, store } = await siteWith(jammed)
  const id = must(ids[0])
  await alarms.acknowledgeAlarm({ id, ...seenTo, atMs: T0 + 5 })
  expect(await alarms.standingAlarms(9)).toEqual([])
  await alarms.raiseAlarm({ sighting: jammed, atMs: T0 + 6 })
  const all = await alarms.alarmsBefore({ beforeId: 99, limit: 9, includePast: true })
  expect(all).toMatchObject([
    { count: 1, sinceMs: T0 + 6, clearedAtMs: null, acknowledged: null },
    { id, clearedAtMs: T0 + 5, acknowledged: { name: 'Ada' } },
  ])
  expect(await alarms.alarmsBefore({ beforeId: 99, limit: 9, includePast: false })).toHaveLength(1)
  const told = await store.eventsOf(lockId(1), { afterVersion: 1, limit: 9 })
  const chained = { alarm: 'lock-jammed', alarmId: id, acknowledgedBy: 'owner', name: 'Ada', word: 'on my way' }
  expect(told).toMatchObject([{ type: 'AlarmAcknowledged', chained }])
})

test('what is over or was never there can’t be acknowledged', async () => {
  const { alarms, ids } = await siteWith(offline)
  const id = must(ids[0])
  await alarms.clearAlarm({ kind: 'lock-offline', lockId: lockId(1), atMs: T0 + 1 })
  expect(await alarms.acknowledgeAlarm({ id, ...seenTo, atMs: T0 + 5 })).toMatchObject({ kind: 'over' })
  expect(await alarms.acknowledgeAlarm({ id: 77, ...seenTo, atMs: T0 + 5 })).toEqual({ kind: 'alarm-not-found' })
})

test('an alarm of the site itself is acknowledged without an event, which only locks have', async () => {
  const { alarms, ids, feed } = await siteWith({ kind: 'log-lines-lost', lockId: null, about: null, times: 1 })
  const before = await feed.lastSeq()
  await alarms.acknowledgeAlarm({ id: must(ids[0]), ...seenTo, atMs: T0 + 5 })
  expect(await feed.lastSeq()).toBe(before)
  expect(await alarms.standingAlarms(9)).toEqual([])
})

test('a mute ends itself, survives a restart, and is replaced by another of the same doors', async () => {
  const { alarms, restart } = await siteWith()
  const lock = { kind: 'lock', lockId: lockId(1) } as const
  const area = { kind: 'area', area: 'North' } as const
  await alarms.muteAlarms({ scope: lock, untilMs: T0 + HOUR_MS, by, atMs: T0 })
  await alarms.muteAlarms({ scope: area, untilMs: T0 + 2 * HOUR_MS, by, atMs: T0 })
  await alarms.muteAlarms({ scope: lock, untilMs: T0 + 3 * HOUR_MS, by, atMs: T0 + 1 })
  const { alarms: again } = await restart()
  const scopesAt = async (atMs: number) => (await again.mutesAt(atMs)).map(({ scope }) => scope)
  expect(await scopesAt(T0 + 2)).toEqual([area, lock])
  expect(await scopesAt(T0 + 2 * HOUR_MS)).toEqual([lock])
  expect(await scopesAt(T0 + 3 * HOUR_MS)).toEqual([])
})

test('mutes end by a person, one or all, and the lock’s events tell of its own', async () => {
  const { alarms, store } = await siteWith()
  const lock = { kind: 'lock', lockId: lockId(1) } as const
  for (const scope of [lock, { kind: 'site' } as const]) {
    await alarms.muteAlarms({ scope, untilMs: T0 + HOUR_MS, by, atMs: T0 })
  }
  expect(await alarms.unmuteAlarms({ scope: lock, by, atMs: T0 + 1 })).toMatchObject([{ scope: lock }])
  expect(await alarms.unmuteAlarms({ scope: null, by, atMs: T0 + 1 })).toMatchObject([{ scope: { kind: 'site' } }])
  expect(await alarms.unmuteAlarms({ scope: null, by, atMs: T0 + 1 })).toEqual([])
  const told = await store.eventsOf(lockId(1), { afterVersion: 1, limit: 9 })
  expect(told).toMatchObject([
    { type: 'AlarmsMuted', chained: { until: new Date(T0 + HOUR_MS).toISOString(), mutedBy: 'owner' } },
    { type: 'AlarmsUnmuted', chained: { unmutedBy: 'owner' } },
  ])
})

test('the store itself refuses a mute of more than twelve hours', async () => {
  const { alarms } = await siteWith()
  const asked = { scope: { kind: 'site' }, untilMs: T0 + 12 * HOUR_MS + 1, by, atMs: T0 } as const
  await expect(alarms.muteAlarms(asked)).rejects.toThrow()
})
