import { expect, test } from 'vitest'
import type { Glance } from '#domain/alarms/alarm-glance.ts'
import { DoorWatch } from '#domain/locks/door-watch.ts'
import type { LockPresence } from '#domain/locks/lock-link.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { anOpening, doorId } from '#test/http/support/console-doors.ts'
import { aLock } from '#test/http/support/route-samples.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const AWAY: LockPresence = {
  ...{ online: false, answers: false, offlineCause: 'not-connected', sinceMs: null, lastSeenMs: null },
  ...{ door: 'unknown', batteryPercent: null },
}

function lab(stored: readonly Opening[] = []) {
  const clock = new ManualClock()
  const presences = new Map<number, LockPresence>()
  let hear = (_: Opening): void => {}
  let looks = 0
  const glance: Glance = { alarms: [], mutes: [] }
  const watch = new DoorWatch({
    locks: {
      list: () => {
        looks += 1
        return [aLock({ lockId: doorId(1) }), aLock({ lockId: doorId(2) })]
      },
    },
    link: { presence: (lockId) => presences.get(lockId) ?? AWAY, lastHello: () => null },
    store: { latestOpenings: async () => stored, locksNotArrived: async () => [] },
    openings: {
      listenToAll: (listener) => {
        hear = listener
      },
    },
    glance: { lately: async () => glance },
    clock,
  })
  return { clock, presences, watch, hear: (opening: Opening) => hear(opening), looks: () => looks }
}

test('only a door that has changed gets a new version; every other row is the same object', async () => {
  const { watch, clock, presences } = lab()
  const before = await watch.look()
  await clock.passMs(500)
  presences.set(doorId(2), { ...AWAY, online: true, offlineCause: null })
  const after = await watch.look()
  expect(after.rows[0]).toBe(before.rows[0])
  expect(after.rows[1]?.version).toBe(before.version + 1)
  expect(after.version).toBe(before.version + 1)
})

test('twenty people who look at once cost one look', async () => {
  const { watch, looks } = lab()
  await Promise.all(Array.from({ length: 20 }, () => watch.look()))
  expect(looks()).toBe(1)
})

test('the last opening is known from the store and then from what is told, and a late word on an older one changes nothing', async () => {
  const first = anOpening(doorId(1), { startedAtMs: 1_000, state: 'unconfirmed' })
  const { watch, clock, hear } = lab([first])
  expect((await watch.look()).rows[0]?.row.lastOpening?.startedAtMs).toBe(1_000)
  hear(anOpening(doorId(1), { startedAtMs: 2_000 }))
  hear({ ...first, state: 'opened' })
  await clock.passMs(500)
  expect((await watch.look()).rows[0]?.row.lastOpening).toMatchObject({ startedAtMs: 2_000, state: 'opened' })
})
