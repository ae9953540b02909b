import { describe, expect, test } from 'vitest'
import { isUnseen } from '#domain/telling/who-is-told.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { standingAlarm } from './looked-at-desk.ts'
import { toldSite } from './told-site.ts'

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
