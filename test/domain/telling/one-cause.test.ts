import { expect, test, vi } from 'vitest'
import { NIGHT, range, toldSite } from './told-site.ts'

// Simulated days of looks every 5 s.
vi.setConfig({ testTimeout: 120_000 })

test('a broker that stops for 15 minutes is two messages, and the second names who of the 100 locks is not back', async () => {
  const site = await toldSite(100)
  site.link.connected = false
  site.set(false)
  await site.passMin(15)
  expect(site.titlesOf()).toEqual(['The broker can’t be reached'])
  site.link.connected = true
  site.set(true, ...range(4, 100))
  await site.passMin(60)
  expect(site.titlesOf()).toEqual([
    'The broker can’t be reached',
    'The broker is back; 97 of 100 locks are back, 3 missing',
  ])
  expect(site.told[1]?.sort).toBe('power-returned')
  expect(site.told[1]?.lines[0]).toBe('Missing: Door 1, Door 2, Door 3')
  expect(site.told[1]?.alarms.map(({ door, state }) => [door, state])).toContainEqual(['Door 2', 'raised'])
})

test('a broker that is back with all its locks tells so at once', async () => {
  const site = await toldSite(100)
  site.link.connected = false
  site.set(false)
  await site.passMin(15)
  site.link.connected = true
  site.set(true)
  await site.passMin(2)
  expect(site.titlesOf().at(-1)).toBe('The broker is back; all 100 locks are back')
})

test('a lock that is away for 12 minutes and back for 3, for four hours, is two messages', async () => {
  const site = await toldSite(100)
  for (let round = 0; round < 16; round += 1) {
    site.set(false, 7)
    await site.passMin(12)
    site.set(true, 7)
    await site.passMin(3)
  }
  expect(site.raisedOf('lock-offline')).toHaveLength(16)
  expect(site.titlesOf()).toEqual([
    'Door 7: offline',
    'Door 7: offline again and again: nothing more is told until it has been quiet for 2 hours',
  ])
})

test('a lock that flapped and then stays away is told of once more, two quiet hours later', async () => {
  const site = await toldSite(10)
  for (let round = 0; round < 3; round += 1) {
    site.set(false, 7)
    await site.passMin(12)
    site.set(true, 7)
    await site.passMin(3)
  }
  site.set(false, 7)
  await site.passMin(23 * 60)
  expect(site.titlesOf()).toHaveLength(3)
  // The budget is spent by then.
  expect(site.titlesOf().at(-1)).toBe('Digest: Door 7: offline')
})

test('an ordinary week, each of 100 locks away for three minutes a day, is no message', async () => {
  const site = await toldSite(100)
  for (let day = 0; day < 7; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      const some = range(1, 100).filter((id) => id % 24 === hour)
      site.set(false, ...some)
      await site.passMin(3)
      site.set(true, ...some)
      // In simulated time most looks of a quiet hour see the same.
      await site.passMin(3)
    }
  }
  expect(site.told).toEqual([])
})

test('what one switch takes away is one alarm with a list, and its end one update', async () => {
  const site = await toldSite(40)
  site.area('East', range(1, 20))
  for (const id of range(1, 8)) {
    site.set(false, id)
    await site.clock.passMs(7_000)
  }
  await site.passMin(15)
  expect(site.titlesOf()).toEqual(['8 of 20 doors in East: offline'])
  expect(site.told[0]?.lines[0]).toContain('Door 8 (East)')
  site.set(true, ...range(1, 7))
  await site.passMin(30)
  expect(site.told).toHaveLength(1)
  site.set(true, 8)
  await site.passMin(5)
  expect(site.titlesOf()).toHaveLength(2)
  expect(site.told[1]?.alarms).toHaveLength(8)
})

test('a group of which one stays away is told of after four hours, once', async () => {
  const site = await toldSite(10)
  site.set(false, ...range(1, 6))
  await site.passMin(12)
  site.set(true, ...range(1, 5))
  await site.passMin(230)
  expect(site.told).toHaveLength(1)
  await site.passMin(20)
  expect(site.told).toHaveLength(2)
  expect(site.told[1]?.alarms.map(({ state }) => state)).toEqual(Array(5).fill('over'))
  await site.passMin(600)
  expect(site.told).toHaveLength(2)
})

test('a single lock’s return is told only after 30 minutes away', async () => {
  const site = await toldSite(10)
  site.set(false, 1)
  await site.passMin(25)
  site.set(true, 1)
  await site.passMin(70)
  expect(site.titlesOf()).toEqual(['Door 1: offline'])
  site.set(false, 2)
  await site.passMin(35)
  site.set(true, 2)
  await site.passMin(10)
  // The second is the last of this budget: its return is told in the digest of the next morning.
  expect(site.titlesOf()).toEqual(['Door 1: offline', 'Door 2: offline'])
  await site.passMin(24 * 60)
  expect(site.titlesOf().slice(2)).toEqual(['Digest: Door 2: back online'])
})

test('all 1,000 locks cut and restored together with the gateway are one message that names who is missing', async () => {
  const site = await toldSite(1_000)
  site.set(false)
  await site.passMin(1)
  await site.start()
  site.set(true, ...range(1, 600))
  await site.passMin(5)
  site.set(true, ...range(601, 997))
  await site.passMin(30)
  expect(site.titlesOf()).toEqual(['997 of 1,000 locks are back, 3 missing'])
  expect(site.told[0]?.lines[0]).toBe('Missing: Door 998, Door 999, Door 1000')
})

test('1,000 locks that go and come, with the gateway or without it, are two messages', async () => {
  const site = await toldSite(1_000)
  site.set(false)
  await site.passMin(15)
  expect(site.titlesOf()).toEqual(['1,000 doors: offline'])
  await site.start()
  site.set(true)
  await site.passMin(120)
  expect(site.told).toHaveLength(2)
})

test('thirty jams in ten minutes are one flood, and one message at its end', async () => {
  const site = await toldSite(100)
  for (const id of range(1, 30)) {
    await site.alarms?.raise({ kind: 'lock-contested', lockId: site.lock(id), about: null })
    await site.clock.passMs(20_000)
  }
  const before = site.titlesOf()
  expect(before.filter((title) => title.startsWith('Many alarms at once'))).toHaveLength(1)
  expect(before.length).toBeLessThanOrEqual(11)
  await site.passMin(25)
  expect(site.told.slice(before.length).map(({ sort }) => sort)).toEqual(['flood-over'])
})

test('no recipient gets more than two messages in 12 hours that are not critical, and the rest in one digest', async () => {
  const site = await toldSite(10, { recipients: [NIGHT, { ...NIGHT, name: 'day' }] })
  for (const id of range(1, 8)) {
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(id), about: null })
    await site.passMin(20)
  }
  expect(site.titlesOf('day')).toEqual(['Door 1: jammed', 'Door 2: jammed'])
  await site.passMin(24 * 60)
  expect(site.titlesOf('night')).toEqual(['Door 1: jammed', 'Door 2: jammed', 'Digest: 6 doors: jammed'])
})
