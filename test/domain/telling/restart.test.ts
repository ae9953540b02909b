import { describe, expect, test, vi } from 'vitest'
import type { WatchedTestSite } from '#test/domain/support/watched-site.ts'
import { NIGHT, range, toldSite } from './told-site.ts'

vi.setConfig({ testTimeout: 120_000 })

/** A storm in steps of one look, so that a process may end after any of them. */
const LOOK_MS = 5_000

interface Storm {
  readonly locks: number
  /** What happens before the look of this number. */
  readonly at: Readonly<Record<number, (site: WatchedTestSite) => void>>
  readonly looks: number
}

const GROUP_AND_JAM: Storm = {
  locks: 12,
  looks: 50,
  at: {
    1: (site) => site.set(false, ...range(1, 6)),
    2: (site) => void site.alarms?.raise({ kind: 'lock-contested', lockId: site.lock(9), about: null }),
    12: (site) => void site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(7), about: null }),
  },
}

const BROKER_AWAY: Storm = {
  locks: 12,
  looks: 170,
  at: {
    1: (site) => {
      site.link.connected = false
      site.set(false)
    },
    30: (site) => {
      site.link.connected = true
      site.set(true, ...range(3, 12))
    },
  },
}

/** The messages of a storm; before some look the process is killed, and another begins on the same store. */
async function messagesOf({ locks, at, looks }: Storm, killedBefore: number | null): Promise<string[]> {
  const site = await toldSite(locks)
  // So that the looks of the storm are those at which messages are made.
  for (let look = 0; look < looks; look += 1) {
    if (look === killedBefore) await site.start()
    at[look]?.(site)
    await site.clock.passMs(LOOK_MS)
  }
  await site.passMin(40)
  return site.told.map(({ title }) => title)
}

describe('a process that is killed before any look of a storm, and another on the same store', () => {
  const killedBefore = range(1, GROUP_AND_JAM.looks - 1)

  test('tells everything once: nothing twice, and nothing not at all', async () => {
    const whole = await messagesOf(GROUP_AND_JAM, null)
    expect(whole).toEqual(['Door 9: two devices with one identity', 'Door 7: jammed', '6 doors: offline'])
    for (const before of killedBefore) {
      const told = await messagesOf(GROUP_AND_JAM, before)
      const kinds = (titles: readonly string[]) => titles.filter((title) => !title.includes('identity')).sort()
      expect([before, told.filter((title) => title.includes('identity'))]).toEqual([before, [whole[0]]])
      // Told as missing after the start instead, which is the same news.
      const same = kinds(told).map((title) => (title.includes('missing') ? '6 doors: offline' : title))
      expect([before, same]).toEqual([before, kinds(whole)])
    }
  })
})

test('a process that is killed while the broker is away, or before it is told who is back, tells the same two messages', async () => {
  const whole = ['The broker can’t be reached', 'The broker is back; 10 of 12 locks are back, 2 missing']
  expect(await messagesOf(BROKER_AWAY, null)).toEqual(whole)
  for (let before = 3; before < BROKER_AWAY.looks; before += 11) {
    expect([before, await messagesOf(BROKER_AWAY, before)]).toEqual([before, whole])
  }
})

test('kill -9 and a start leave alarms, acknowledgements and what was told as they were, and send no message', async () => {
  const site = await toldSite(30)
  site.set(false, ...range(1, 6))
  site.freePercent = 9
  await site.passMin(15)
  site.acknowledge('disk-low')
  const [stored, told] = [structuredClone(site.stored), structuredClone(site.told)]
  expect(told.length).toBeGreaterThan(0)
  for (let restart = 0; restart < 5; restart += 1) {
    await site.start()
    await site.passMin(7)
  }
  await site.passMin(60)
  expect(site.told).toEqual(told)
  expect(site.stored).toEqual(stored)
})

test('a restart forgets neither the budget nor that an alarm flaps', async () => {
  const site = await toldSite(30)
  for (const id of [1, 2]) {
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(id), about: null })
    await site.passMin(2)
    await site.start()
  }
  await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(3), about: null })
  await site.passMin(60)
  expect(site.titlesOf()).toEqual(['Door 1: jammed', 'Door 2: jammed'])

  const flapping = await toldSite(30)
  for (let round = 0; round < 12; round += 1) {
    flapping.freePercent = 9
    await flapping.passMin(5)
    await flapping.start()
    flapping.freePercent = 50
    await flapping.passMin(5)
    await flapping.start()
  }
  expect(flapping.told).toHaveLength(2)
})

test('what the budget kept for the digest of 08:00 is not told in the evening because of a restart', async () => {
  const site = await toldSite(10)
  for (const id of [1, 2, 3]) {
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(id), about: null })
    await site.passMin(2)
  }
  // There is a new budget by now.
  await site.passMin(12 * 60)
  await site.start()
  await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(4), about: null })
  await site.passMin(8 * 60)
  expect(site.titlesOf()).toEqual(['Door 1: jammed', 'Door 2: jammed', 'Door 4: jammed'])
  await site.start()
  await site.passMin(2 * 60)
  expect(site.titlesOf().slice(3)).toEqual(['Digest: Door 3: jammed'])
})

test('a store that takes nothing is told of all the same, by what memory holds, and each message is stored later', async () => {
  const site = await toldSite(10)
  site.disk = { kind: 'failed' }
  await site.passMin(2)
  expect(site.told).toEqual([])
  expect(site.unstored.map(({ title }) => title)).toEqual(['The store takes no writes'])
  const [first] = site.unstored
  site.disk = { kind: 'good' }
  await site.passMin(2)
  expect(site.told[0]).toEqual(first)
  expect(site.titlesOf()).toEqual(['The store takes no writes', 'The store takes writes again'])
  expect(site.tried).toEqual([first?.id])
})

describe('nobody could be told', () => {
  test('stands when no recipient is named while an alarm stands, and ends with it', async () => {
    const site = await toldSite(10, { recipients: [] })
    await site.passMin(30)
    expect(site.standing).toEqual([])
    site.set(false, 1)
    await site.passMin(15)
    expect(site.standing).toEqual(['lock-offline 1'])
    await site.passMin(10)
    expect(site.standing).toEqual(['lock-offline 1', 'nobody-told null'])
    site.set(true, 1)
    await site.passMin(5)
    expect(site.standing).toEqual([])
  })
})

test('a look at 1,000 alarms for ten recipients takes a few milliseconds', async () => {
  const site = await toldSite(1_000, { recipients: range(1, 10).map((n) => ({ ...NIGHT, name: `r${n}` })) })
  site.set(false)
  await site.passMin(15)
  expect(site.told).toHaveLength(10)
  const took: number[] = []
  for (let look = 0; look < 60; look += 1) {
    const beganMs = performance.now()
    await site.desk?.look({ isSettling: false, forMs: 3_600_000, expected: 1_000, missing: [] })
    took.push(performance.now() - beganMs)
  }
  // The machine that runs the tests does other things: the best look is what it takes.
  expect(Math.min(...took)).toBeLessThan(20)
})
