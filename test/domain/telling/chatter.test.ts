import { describe, expect, test } from 'vitest'
import { Chatter } from '#domain/telling/chatter.ts'
import { isUnseen } from '#domain/telling/who-is-told.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { standingAlarm } from './looked-at-desk.ts'
import { range, toldSite } from './told-site.ts'

const MINUTE_MS = 60_000
describe('an alarm comes again and again', () => {
  /** Begins at these minutes and lasts for one each time. */
  function begunAt(...minutes: readonly number[]) {
    const chatter = new Chatter()
    for (const minute of minutes) {
      chatter.keepOnly(new Set(), minute * MINUTE_MS)
      chatter.raised('jam', minute, minute * MINUTE_MS)
      chatter.ended('jam', (minute + 1) * MINUTE_MS)
    }
    return (minute: number) => chatter.isFlapping('jam', minute * MINUTE_MS)
  }

  test.each([
    { what: 'when it begins a second time within an hour', begins: [0, 60], at: 61, is: true },
    { what: 'not when it does so after an hour', begins: [0, 61], at: 62, is: false },
    { what: 'as long as it has not been quiet for two hours', begins: [0, 60], at: 180, is: true },
    { what: 'no longer', begins: [0, 60], at: 181, is: false },
    { what: 'still, when it begins again before that', begins: [0, 60, 170], at: 171, is: true },
    { what: 'no more, when it begins again after that', begins: [0, 60, 185], at: 186, is: false },
  ])('$what: $is', ({ begins, at, is }) => {
    expect(begunAt(...begins)(at)).toBe(is)
  })
})

test('what may be an attack on a lock is told each time, and a jam twice', async () => {
  const site = await toldSite(10)
  for (let round = 0; round < 4; round += 1) {
    for (const kind of ['lock-contested', 'lock-jammed'] as const) {
      await site.alarms?.raise({ kind, lockId: site.lock(1), about: null })
    }
    await site.passMin(3)
    site.acknowledge('lock-contested')
    site.acknowledge('lock-jammed')
    await site.passMin(2)
  }
  expect(site.titlesOf().filter((title) => title.includes('identity'))).toHaveLength(4)
  expect(site.titlesOf().filter((title) => title.includes('jammed'))).toEqual([
    'Door 1: jammed',
    'Door 1: jammed again and again: nothing more is told until it has been quiet for 2 hours',
  ])
})

test('what a door does while somebody works on it is not counted as coming again and again', async () => {
  const site = await toldSite(10)
  const jam = async () => {
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(1), about: null })
    await site.passMin(1)
  }
  site.mute({ kind: 'lock', lockId: site.lock(1) }, 20)
  for (let round = 0; round < 3; round += 1) {
    await jam()
    site.acknowledge('lock-jammed')
    await site.passMin(1)
  }
  await site.passMin(20)
  await jam()
  expect(site.titlesOf()).toEqual(['Door 1: jammed'])
})

test('that an alarm came again and again is known after a restart, though its last hours would not show it', async () => {
  const site = await toldSite(3, { startMs: Date.UTC(2026, 10, 23, 0) })
  const jam = () => site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(1), about: null })
  for (const minutes of [30, 95, 95, 95, 80]) {
    await jam()
    await site.passMin(2)
    site.acknowledge('lock-jammed')
    await site.passMin(minutes - 2)
  }
  expect(site.told).toHaveLength(2)
  await site.start()
  await jam()
  // Past the digest.
  await site.passMin(60)
  expect(site.told).toHaveLength(2)
})

test('doors that are no more are counted in no area, and a door’s own time says how long it was away', async () => {
  const site = await toldSite(12)
  site.area('East', range(1, 11))
  const [first, retired] = [site.locks[11], site.locks[10]]
  if (first !== undefined) site.locks[11] = { ...first, offlineAfterMin: 60 }
  if (retired !== undefined) site.locks[10] = { ...retired, retiredAtMs: T0 }
  site.set(false, 1, 2, 12)
  await site.passMin(62)
  site.set(true, 12)
  await site.passMin(3)
  expect(site.titlesOf()).toEqual(['2 of 10 doors in East: offline', 'Door 12: offline'])
  await site.passMin(22 * 60)
  expect(site.titlesOf().slice(2)).toEqual(['Digest: Door 12: back online'])
})

describe('where nobody is named, somebody has to look', () => {
  const OLD_MS = T0 + 600_000
  const stands = (kind: Parameters<typeof standingAlarm>[0], difference = {}) =>
    standingAlarm(kind, 1, 0, difference).alarm
  const acknowledged = { atMs: T0, name: 'Ada', word: 'yes' }

  test.each([
    { what: 'for ten minutes', alarm: stands('lock-jammed'), nowMs: OLD_MS, unseen: true },
    { what: 'for less', alarm: stands('lock-jammed'), nowMs: OLD_MS - 1, unseen: false },
    { what: 'that somebody saw', alarm: stands('lock-offline', { acknowledged }), nowMs: OLD_MS, unseen: false },
    { what: 'to be read some day', alarm: stands('opening-charged-by-age'), nowMs: OLD_MS, unseen: false },
    { what: 'which says just that', alarm: stands('nobody-told'), nowMs: OLD_MS, unseen: false },
  ])('at an alarm $what: $unseen', ({ alarm, nowMs, unseen }) => {
    expect(isUnseen([alarm], nowMs)).toBe(unseen)
  })
})
