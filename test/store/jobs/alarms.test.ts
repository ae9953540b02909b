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

test('since when a lock is away is kept with its alarm, through a restart and being seen again', async () => {
  const { restart } = await siteWith({ ...offline, beganAtMs: T0 - HOUR_MS })
  const { alarms } = await restart()
  await alarms.raiseAlarm({ sighting: { ...offline, beganAtMs: T0 + 8 }, atMs: T0 + 9 })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ sinceMs: T0, beganAtMs: T0 - HOUR_MS, count: 2 }])
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
  const begun = { type: 'AlarmRaised', chained: { alarm: 'lock-jammed', alarmId: id, severity: 'warning' } }
  expect(told).toMatchObject([begun, { type: 'AlarmAcknowledged', chained }, { type: 'AlarmRaised' }])
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

test('a lock’s events tell when an alarm of it began and when it ended, once each', async () => {
  const { alarms, ids, store } = await siteWith(offline, offline)
  const site: Sighting = { kind: 'disk-low', lockId: null, about: null, times: 1 }
  await alarms.raiseAlarm({ sighting: site, atMs: T0 })
  await alarms.clearAlarm({ kind: 'disk-low', lockId: null, atMs: T0 + 1 })
  const ended = { kind: 'lock-offline', lockId: lockId(1), atMs: T0 + 2 } as const
  expect([await alarms.clearAlarm(ended), await alarms.clearAlarm(ended)]).toEqual([true, false])
  const chained = { alarm: 'lock-offline', alarmId: ids[0] }
  expect(await store.eventsOf(lockId(1), { afterVersion: 1, limit: 9 })).toMatchObject([
    { type: 'AlarmRaised', atMs: T0, chained: { ...chained, severity: 'warning' } },
    { type: 'AlarmCleared', atMs: T0 + 2, chained },
  ])
})

test('new batteries end both alarms of the old ones and no other, and the lock’s events tell who said so and when', async () => {
  const low: Sighting = { kind: 'battery-low', lockId: lockId(1), about: null, times: 1 }
  const { alarms, store } = await siteWith(low, { ...low, kind: 'battery-critical' }, jammed)
  expect(await alarms.replaceBattery({ lockId: lockId(1), by, atMs: T0 + 5 })).toMatchObject({
    kind: 'battery-replaced',
    event: { type: 'BatteryReplaced', atMs: T0 + 5, chained: { replacedBy: 'owner' } },
  })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ kind: 'lock-jammed' }])
  const events = await store.eventsOf(lockId(1), { afterVersion: 4, limit: 9 })
  expect(events.map(({ type }) => type)).toEqual(['BatteryReplaced', 'AlarmCleared', 'AlarmCleared'])
  expect(await alarms.replaceBattery({ lockId: lockId(9), by, atMs: T0 })).toEqual({ kind: 'lock-not-found' })
})

test('what stands, began or ended lately is found again after a restart, and alarms are counted by their door', async () => {
  const { alarms, restart } = await siteWith(offline)
  await alarms.clearAlarm({ kind: 'lock-offline', lockId: lockId(1), atMs: T0 + HOUR_MS })
  for (const atMs of [T0 + 2 * HOUR_MS, T0 + 3 * HOUR_MS]) {
    await alarms.raiseAlarm({ sighting: offline, atMs })
    await alarms.clearAlarm({ kind: 'lock-offline', lockId: lockId(1), atMs: atMs + 5 })
  }
  const { alarms: again } = await restart()
  const since = async (sinceMs: number, limit = 9) =>
    (await again.recentAlarms(sinceMs, limit)).map((alarm) => alarm.sinceMs - T0).sort((a, b) => a - b)
  expect(await since(T0 + HOUR_MS)).toEqual([0, 2 * HOUR_MS, 3 * HOUR_MS])
  expect(await since(T0 + 3 * HOUR_MS)).toEqual([3 * HOUR_MS])
  expect(await since(T0, 1)).toEqual([3 * HOUR_MS])
  expect(await again.countAlarms(T0 + HOUR_MS)).toEqual({ counts: [{ lockId: 1, count: 2 }], isAll: true })
})
