import { expect, test } from 'vitest'
import { batteryReplaced } from '#domain/alarms/replace-battery.ts'
import { WatchedTestSite } from '#test/domain/support/watched-site.ts'
import { lockId } from '#test/store/support/store-site.ts'

async function one(): Promise<WatchedTestSite> {
  const site = new WatchedTestSite(1)
  site.set(true)
  await site.start()
  return site
}

test.each<{ name: string; reports: readonly (number | null)[]; stands: boolean }>([
  { name: 'at 21 % nothing is low', reports: [21], stands: false },
  { name: 'at 20 % it is', reports: [20], stands: true },
  { name: 'one report of 30 % ends nothing', reports: [20, 30], stands: true },
  { name: 'two in a row end it', reports: [20, 30, 30], stands: false },
  { name: 'two that are not in a row end nothing', reports: [20, 30, 29, 30], stands: true },
  { name: '29 % ends nothing, however often', reports: [20, 29, 29, 29], stands: true },
  { name: 'an unknown battery ends nothing', reports: [20, null, null, null], stands: true },
  { name: 'an unknown one between two good reports does not count', reports: [20, 30, null, 30], stands: false },
  { name: 'an unknown battery raises nothing', reports: [null, null], stands: false },
])('$name', async ({ reports, stands }) => {
  const site = await one()
  for (const percent of reports) await site.report(1, percent)
  expect(site.standing).toEqual(stands ? ['battery-low 1'] : [])
})

test('one report counts once, however often it is looked at', async () => {
  const site = await one()
  await site.report(1, 20)
  await site.report(1, 90)
  await site.passMin(60)
  expect(site.standing).toEqual(['battery-low 1'])
})

test('a lock that goes offline with a low battery keeps its alarm', async () => {
  const site = await one()
  await site.report(1, 12)
  site.set(false)
  await site.passMin(60)
  expect(site.standing).toContain('battery-low 1')
})

test('after a restart it still takes two reports', async () => {
  const site = await one()
  await site.report(1, 20)
  await site.report(1, 95)
  await site.start()
  await site.report(1, 95)
  expect(site.standing).toEqual(['battery-low 1'])
  await site.report(1, 95)
  expect(site.standing).toEqual([])
})

test('5 % is an alarm of its own, and takes the place of the lesser one until it ends', async () => {
  const site = await one()
  await site.report(1, 20)
  expect(site.standing).toEqual(['battery-low 1'])
  await site.report(1, 5)
  expect(site.standing).toEqual(['battery-critical 1'])
  await site.report(1, 12)
  expect(site.standing).toEqual(['battery-critical 1'])
  for (const percent of [12, 12]) await site.report(1, percent)
  expect(site.standing).toEqual(['battery-low 1'])
})

test('new batteries end the alarms of the old ones at once; only a later report of the lock counts again', async () => {
  const site = new WatchedTestSite(2)
  site.set(true)
  await site.start()
  await site.report(1, 4)
  expect(site.standing).toEqual(['battery-critical 1'])
  const by = { kind: 'owner' } as const
  const { alarms, clock } = site
  if (alarms === null) throw new Error('the site has not started')
  expect(await batteryReplaced(lockId(1), by, { store: site, alarms, clock })).toMatchObject({
    kind: 'battery-replaced',
    event: { type: 'BatteryReplaced', chained: { replacedBy: 'owner' } },
  })
  await site.passMin(10)
  expect(site.standing).toEqual([])
  await site.report(1, 100)
  expect(site.standing).toEqual([])
  await site.report(1, 12)
  expect(site.standing).toEqual(['battery-low 1'])
})
