import { describe, expect, test, vi } from 'vitest'
import type { ApiKey } from '#domain/access/api-key.ts'
import { apiKeyId, org } from '#test/support/ids.ts'
import { NIGHT, range, TEN_O_CLOCK, toldSite } from './told-site.ts'

// Simulated days of looks every 5 s.
vi.setConfig({ testTimeout: 120_000 })
const HOUR_MS = 3_600_000

describe('a mute', () => {
  test('hides messages, ends by itself, and only what changed is told then, in one message', async () => {
    const site = await toldSite(60)
    site.area('East', range(1, 30))
    site.set(false, 1)
    await site.passMin(12)
    expect(site.titlesOf()).toEqual(['Door 1 (East): offline'])
    site.mute({ kind: 'area', area: 'East' }, 120)
    for (const id of range(2, 20)) {
      site.set(false, id)
      await site.passMin(3)
    }
    site.set(true, ...range(4, 20))
    await site.passMin(30)
    expect(site.told).toHaveLength(1)
    await site.passMin(60)
    expect(site.titlesOf().slice(1)).toEqual(['Changed while muted: 2 alarms: 2 × offline'])
    expect(site.told[1]?.sort).toBe('mute-over')
    expect(site.told[1]?.alarms.map(({ door }) => door)).toEqual(['Door 2', 'Door 3'])
  })

  test('at whose end everything is as it was is no message', async () => {
    const site = await toldSite(10)
    site.mute({ kind: 'site' }, 60)
    site.set(false)
    await site.passMin(30)
    site.set(true)
    await site.passMin(120)
    expect(site.told).toEqual([])
  })

  test('never hides two devices with one identity, or a contradiction', async () => {
    const site = await toldSite(10)
    site.mute({ kind: 'site' }, 60)
    await site.alarms?.raise({ kind: 'lock-contested', lockId: site.lock(1), about: null })
    await site.alarms?.raise({ kind: 'lock-contradicts-itself', lockId: site.lock(2), about: null })
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(3), about: null })
    await site.passMin(1)
    expect(site.told.flatMap(({ alarms }) => alarms.map(({ kind }) => kind)).sort()).toEqual([
      'lock-contested',
      'lock-contradicts-itself',
    ])
  })
})

describe('an acknowledgement', () => {
  test('ends the hourly repeats of a critical alarm, and without one they go on', async () => {
    const site = await toldSite(10)
    site.freePercent = 2
    await site.passMin(185)
    expect(site.told.map(({ sort }) => sort)).toEqual(['alarms', 'reminder', 'reminder', 'reminder'])
    expect(site.titlesOf()[1]).toBe('Nobody has seen to it yet: The disk is almost full')
    site.acknowledge('disk-full')
    await site.passMin(300)
    expect(site.told).toHaveLength(4)
  })

  test('is no end of a warning’s repeats, for there never are any', async () => {
    const site = await toldSite(10)
    site.freePercent = 9
    await site.passMin(48 * 60)
    expect(site.titlesOf()).toEqual(['The disk is getting full'])
  })

  test('does not hold for what gets worse, or returns', async () => {
    const site = await toldSite(10)
    site.freePercent = 9
    await site.passMin(2)
    site.acknowledge('disk-low')
    await site.passMin(60)
    site.freePercent = 5
    await site.passMin(2)
    expect(site.titlesOf()).toEqual(['The disk is getting full', 'The disk is getting full, worse than before'])
    site.acknowledge('disk-low')
    site.freePercent = 50
    await site.passMin(13 * 60)
    site.freePercent = 9
    await site.passMin(2)
    expect(site.titlesOf().slice(2)).toEqual(['The disk is getting full'])
  })

  test('of accesses that end holds through restarts and while some are renewed, and is void when one more ends', async () => {
    const DAY_MS = 24 * HOUR_MS
    const site = await toldSite(3)
    const nowMs = site.clock.nowMs()
    const key = (name: string, days: number): ApiKey => ({
      ...{ id: apiKeyId('0123456789abcdef'), secretHash: '', organization: org('acme'), name, scopes: [] },
      ...{
        createdAtMs: nowMs - 90 * DAY_MS,
        lastUsedAtMs: null,
        expiresAtMs: nowMs + days * DAY_MS,
        revokedAtMs: null,
      },
    })
    site.apiKeys = [key('desk', 5), key('shop', 6), key('cam', 8)]
    await site.passMin(2)
    site.acknowledge('access-ending')
    const seen = () => site.stored.map(({ acknowledged }) => acknowledged?.name ?? null)
    await site.start()
    site.apiKeys = [key('desk', 90), key('shop', 6), key('cam', 8)]
    await site.passMin(30)
    expect([seen(), site.told.length]).toEqual([['Ada'], 1])
    await site.passMin(23 * 60)
    // As the access of one is about to end, another one was renewed: a number would be what it was.
    site.apiKeys = [key('shop', 6), key('cam', 8)]
    await site.passMin(2 * 60)
    expect(seen()).toEqual([null])
    expect(site.titlesOf()).toEqual(['The access of a program or a person ends', 'One more access ends, or has ended'])
    expect(site.told[1]?.lines.join(' ')).toMatch(/First: API keys: “shop” of acme ends .*“cam” of acme ends .*[.]/)
  })

  test('before the message is due spares it', async () => {
    const site = await toldSite(10)
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(1), about: null })
    await site.clock.passMs(15_000)
    site.acknowledge('lock-jammed')
    await site.passMin(30)
    expect(site.told).toEqual([])
  })
})

describe('quiet hours', () => {
  const QUIET = { ...NIGHT, name: 'quiet', quietHours: { fromMinute: 22 * 60, untilMinute: 7 * 60 } }
  /** Each begins at 20:00 in Berlin; how many hours it is from there until 07:00. */
  const NIGHTS: readonly [string, number, number][] = [
    ['an ordinary night', Date.UTC(2026, 10, 23, 19), 11],
    ['the night that has an hour less', Date.UTC(2026, 2, 28, 19), 10],
    ['the night that has an hour more', Date.UTC(2026, 9, 24, 18), 12],
  ]

  test.each(NIGHTS)(
    'of %s hold messages until 07:00 on the site’s clock, and one comes without what cleared',
    async (...night) => {
      const [, startMs, hours] = night
      const site = await toldSite(10, { startMs, recipients: [QUIET] })
      await site.passMin(150)
      site.set(false, 1, 2)
      await site.passMin(15)
      site.set(true, 2)
      await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(3), about: null })
      await site.clock.passMs(startMs + hours * HOUR_MS - 5_000 - site.clock.nowMs())
      expect(site.told).toEqual([])
      await site.passMin(1)
      expect(site.titlesOf('quiet')).toEqual(['From the quiet hours: 2 alarms: 1 × offline, 1 × jammed'])
      await site.passMin(120)
      expect(site.told).toHaveLength(1)
    },
  )

  test('are broken by what is critical, and by its end', async () => {
    const site = await toldSite(10, { startMs: Date.UTC(2026, 10, 23, 22), recipients: [QUIET] })
    site.freePercent = 2
    await site.passMin(1)
    site.freePercent = 50
    await site.passMin(1)
    expect(site.titlesOf('quiet')).toEqual(['The disk is almost full', 'The disk has room again'])
  })
})

describe('who is told', () => {
  test('is told of what is severe enough for it, critical at once and the rest after half a minute', async () => {
    const recipients = [
      { ...NIGHT, name: 'all', leastSeverity: 'notice' as const },
      { ...NIGHT, name: 'worst', leastSeverity: 'critical' as const },
    ]
    const site = await toldSite(10, { recipients })
    await site.alarms?.raise({ kind: 'opening-charged-by-age', lockId: site.lock(1), about: null })
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(2), about: null })
    site.freePercent = 2
    await site.clock.passMs(5_000)
    expect(site.told.map(({ recipient, severity }) => `${recipient} ${severity}`)).toEqual([
      'all critical',
      'worst critical',
    ])
    await site.clock.passMs(20_000)
    expect(site.told).toHaveLength(2)
    await site.clock.passMs(20_000)
    expect(site.titlesOf('all').slice(1)).toEqual(['Door 2: jammed'])
    site.acknowledge('disk-full')
    await site.passMin(24 * 60)
    // A notice is to be read some day: it waits for the digest.
    expect(site.titlesOf('all').slice(2)).toEqual(['Digest: Door 1: a use was charged without an answer'])
    expect(site.titlesOf('worst')).toHaveLength(1)
  })

  test('a message names the door, its area, since when, what it means and what to do first', async () => {
    const site = await toldSite(30, { startMs: TEN_O_CLOCK })
    site.area('East', [5, 6, 7, 8, 9, 10])
    site.set(false, 5)
    await site.passMin(12)
    expect(site.told[0]).toMatchObject({
      ...{ recipient: 'night', severity: 'warning', sort: 'alarms', title: 'Door 5 (East): offline' },
      alarms: [{ kind: 'lock-offline', lockId: 5, door: 'Door 5', area: 'East', state: 'raised', severity: 'warning' }],
    })
    const [what, meaning, first] = site.told[0]?.lines ?? []
    expect(what).toMatch(/^Door 5 \(East\): offline, since 10:22[.]$/)
    expect(meaning).toBe('No key opens this door until the lock is back.')
    expect(first).toMatch(/^First: .*[(]caretaker[)]$/)
  })

  test('where a message tells of several kinds, each advice says which it is about', async () => {
    const site = await toldSite(20, { startMs: TEN_O_CLOCK })
    for (const kind of ['lock-jammed', 'lock-refused-by-battery'] as const)
      await site.alarms?.raise({ kind, lockId: site.lock(1), about: null })
    await site.clock.passMs(60_000)
    const meanings = site.told[0]?.lines.filter((line) => line.includes('Somebody stood before'))
    expect(meanings?.map((line) => line.split(':')[0])).toEqual(['Jammed', 'Refused to open for its battery'])
  })
})

describe('an alarm that is the cause', () => {
  test.each(['store-failed', 'clock-untrusted'] as const)('holds back what locks do while %s stands', async (kind) => {
    const site = await toldSite(20)
    if (kind === 'clock-untrusted') site.lastStoredMs = site.clock.nowMs() + 24 * HOUR_MS
    else site.disk = { kind: 'failed' }
    await site.clock.passMs(10_000)
    await site.alarms?.raise({ kind: 'lock-jammed', lockId: site.lock(1), about: null })
    site.set(false, 2)
    await site.passMin(20)
    const told = () =>
      [...site.unstored, ...site.told.filter(({ id }) => !site.unstored.some((other) => other.id === id))].map(
        ({ title }) => title,
      )
    expect(told()).toHaveLength(1)
    site.lastStoredMs = 0
    site.disk = { kind: 'good' }
    await site.passMin(2)
    expect(told().join()).toContain('1 × jammed')
  })
})
