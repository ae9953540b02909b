import { describe, expect, test } from 'vitest'
import { isSoSinceMs } from '#domain/alarms/alarm.ts'
import { WatchedTestSite } from '#test/domain/support/watched-site.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'

/** A site whose locks are all there, ten minutes after its start. */
async function steady(count: number): Promise<WatchedTestSite> {
  const site = new WatchedTestSite(count)
  site.set(true)
  await site.start()
  await site.passMin(11)
  return site
}

describe('a lock that is away', () => {
  test('is called offline after ten minutes and not before, and ends after two minutes online', async () => {
    const site = await steady(2)
    site.set(false, 1)
    await site.passMin(9.9)
    expect(site.standing).toEqual([])
    await site.passMin(0.3)
    expect(site.standing).toEqual(['lock-offline 1'])
    site.set(true, 1)
    await site.passMin(1.9)
    expect(site.standing).toEqual(['lock-offline 1'])
    await site.passMin(0.3)
    expect(site.standing).toEqual([])
  })

  test('is told of since it went, and not since somebody was called, also by another process', async () => {
    const site = await steady(1)
    const wentMs = site.clock.nowMs()
    site.set(false, 1)
    await site.passMin(11)
    await site.start()
    await site.passMin(30)
    expect(site.stored.map(isSoSinceMs)).toEqual([wentMs])
    const [alarm] = site.stored
    expect((alarm?.sinceMs ?? 0) - wentMs).toBeGreaterThanOrEqual(10 * 60_000)
  })

  test('and was not heard since the start of the gateway is away since then, as far as anybody knows', async () => {
    const site = new WatchedTestSite(1)
    await site.start()
    const startedMs = site.clock.nowMs()
    await site.passMin(11)
    const [sinceMs = 0] = site.stored.map(isSoSinceMs)
    expect(sinceMs - startedMs).toBeGreaterThanOrEqual(0)
    expect(sinceMs - startedMs).toBeLessThanOrEqual(5_000)
  })

  test('that comes back for a moment between two looks has begun anew', async () => {
    const site = await steady(1)
    for (let round = 0; round < 30; round += 1) {
      site.set(false, 1)
      await site.passMin(1)
      site.set(true, 1)
      await site.clock.passMs(1_000)
    }
    expect(site.stored).toEqual([])
    // The other way round: it is never online for two minutes, so the alarm stands.
    site.set(false, 1)
    await site.passMin(11)
    for (let round = 0; round < 30; round += 1) {
      site.set(true, 1)
      await site.passMin(1)
      site.set(false, 1)
      await site.clock.passMs(1_000)
    }
    expect(site.raisedOf('lock-offline')).toHaveLength(1)
    expect(site.standing).toEqual(['lock-offline 1'])
  })

  test('and flaps for four hours, 12 minutes away and 3 back, is raised each time, for it was steady in between', async () => {
    const site = await steady(1)
    for (let round = 0; round < 16; round += 1) {
      site.set(false, 1)
      await site.passMin(12)
      site.set(true, 1)
      await site.passMin(3)
    }
    expect(site.raisedOf('lock-offline')).toHaveLength(16)
  })

  test('is written once, however long it stays away', async () => {
    const site = await steady(1)
    site.set(false, 1)
    await site.passMin(24 * 60)
    expect(site.writes).toBe(1)
    expect(site.raisedOf('lock-offline')).toMatchObject([{ count: 1 }])
  })

  test('is missed though the first time that it ever came lay between two looks', async () => {
    const site = new WatchedTestSite(1)
    site.notArrived.set(lockId(1), T0)
    await site.start()
    await site.passMin(11)
    site.set(true, 1)
    await site.clock.passMs(1_000)
    site.set(false, 1)
    await site.passMin(11)
    expect(site.standing).toEqual(['lock-offline 1'])
    expect(site.notArrived.size).toBe(0)
  })

  test('may have a time of its own: shorter or longer than that of the site', async () => {
    const site = await steady(3)
    for (const [at, offlineAfterMin] of [3, null, 60].entries()) {
      const lock = site.locks[at]
      if (lock !== undefined) site.locks[at] = { ...lock, offlineAfterMin }
    }
    site.set(false)
    await site.passMin(3.2)
    expect(site.standing).toEqual(['lock-offline 1'])
    await site.passMin(10)
    expect(site.standing).toEqual(['lock-offline 1', 'lock-offline 2'])
    await site.passMin(47)
    expect(site.standing).toEqual(['lock-offline 1', 'lock-offline 2', 'lock-offline 3'])
  })

  test('ends with its retirement', async () => {
    const site = await steady(1)
    site.set(false, 1)
    await site.passMin(11)
    const [lock] = site.locks
    if (lock !== undefined) site.locks[0] = { ...lock, retiredAtMs: T0 }
    await site.passMin(1)
    expect(site.standing).toEqual([])
  })
})

describe('a thousand locks', () => {
  test('away for three minutes each day of a week: no alarm at all', async () => {
    const site = await steady(1_000)
    // Each hour of a day some go for three minutes.
    for (let hour = 0; hour < 24; hour += 1) {
      const some = Array.from({ length: 40 }, (_, n) => ((hour * 42 + n) % 1_000) + 1)
      site.set(false, ...some)
      await site.passMin(3)
      site.set(true, ...some)
      await site.passMin(7)
    }
    expect(site.stored).toEqual([])
    expect(site.writes).toBe(0)
  })

  test('at a start with none of them there: nothing is called offline for ten minutes', async () => {
    const site = new WatchedTestSite(1_000)
    await site.start()
    await site.passMin(9.9)
    expect(site.standing).toEqual([])
    site.set(true, ...Array.from({ length: 997 }, (_, n) => n + 1))
    await site.passMin(2)
    expect(site.standing).toEqual(['lock-offline 1000', 'lock-offline 998', 'lock-offline 999'])
  })

  test('a thousand alarms at once are written a hundred at a look, for doors go first', async () => {
    const site = await steady(1_000)
    site.set(false)
    await site.passMin(9.9)
    let most = 0
    for (let look = 0; look < 20; look += 1) {
      const before = site.writes
      await site.clock.passMs(5_000)
      most = Math.max(most, site.writes - before)
    }
    expect(most).toBe(100)
    expect(site.standing).toHaveLength(1_000)
  })

  test('a broker that stops for 15 minutes is one alarm, and the locks that come back with it are none', async () => {
    const site = await steady(1_000)
    site.link.connected = false
    site.set(false)
    await site.passMin(15)
    expect(site.standing).toEqual(['broker-down null'])
    site.link.connected = true
    await site.passMin(4)
    site.set(true, ...Array.from({ length: 999 }, (_, n) => n + 1))
    await site.passMin(4)
    expect(site.standing).toEqual([])
    await site.passMin(4)
    expect(site.standing).toEqual(['lock-offline 1000'])
  })

  test('a machine that slept for an hour calls nothing offline before ten minutes have passed', async () => {
    const site = await steady(10)
    site.set(false, 1)
    await site.passMin(1)
    // No look in an hour, and then one.
    const { clock } = site
    const asleep = clock.monotonicMs.bind(clock)
    clock.monotonicMs = () => asleep() + 3_600_000
    await site.passMin(9)
    expect(site.standing).toEqual([])
    await site.passMin(2)
    expect(site.standing).toEqual(['lock-offline 1'])
  })
})

describe('a restart', () => {
  test('changes no alarm, raises none again, and ends what ended meanwhile', async () => {
    const site = await steady(3)
    site.set(false, 1, 2)
    await site.passMin(11)
    const before = structuredClone(site.stored)
    await site.start()
    await site.passMin(9)
    expect(site.stored).toEqual(before)
    await site.start()
    site.set(true, 1)
    await site.passMin(30)
    expect(site.standing).toEqual(['lock-offline 2'])
    expect(site.raisedOf('lock-offline')).toHaveLength(2)
  })
})

test('a disk that hangs is asked once to keep which locks came, and the watch goes on', async () => {
  const site = new WatchedTestSite(2)
  site.notArrived.set(lockId(1), T0)
  site.set(true)
  let asked = 0
  site.noteArrivals = () => {
    asked += 1
    return new Promise(() => {})
  }
  await site.start()
  await site.passMin(12)
  expect(asked).toBe(1)
  site.set(false, 2)
  await site.passMin(11)
  expect(site.standing).toEqual(['lock-offline 2'])
})

describe('a lock that was added', () => {
  test('and never came is told of after a day, and is not called offline before it came', async () => {
    const site = await steady(2)
    // Nothing was ever heard of it.
    site.presence.delete(lockId(2))
    site.notArrived.set(lockId(2), site.clock.nowMs())
    await site.passMin(24 * 60 - 1)
    expect(site.standing).toEqual([])
    await site.passMin(2)
    expect(site.standing).toEqual(['lock-never-came 2'])
    site.set(true, 2)
    await site.passMin(1)
    expect(site.standing).toEqual([])
    expect(site.notArrived.size).toBe(0)
    site.set(false, 2)
    await site.passMin(11)
    expect(site.standing).toEqual(['lock-offline 2'])
  })

  test('and has no key yet is nobody’s concern', async () => {
    const site = new WatchedTestSite(1)
    const [lock] = site.locks
    if (lock !== undefined) site.locks[0] = { ...lock, publicKeyPem: null }
    await site.start()
    await site.passMin(48 * 60)
    expect(site.stored).toEqual([])
  })
})
