import { describe, expect, test } from 'vitest'
import type { ApiKey } from '#domain/access/api-key.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { WatchedTestSite } from '#test/domain/support/watched-site.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'
import { apiKeyId, org } from '#test/support/ids.ts'

async function started(): Promise<WatchedTestSite> {
  const site = new WatchedTestSite(2)
  site.set(true)
  await site.start()
  await site.passMin(1)
  return site
}

describe('the disk', () => {
  test('is low at 10 %, full at 3 %, and each ends 2 % above its limit', async () => {
    const site = await started()
    const seen: [number, string[]][] = []
    for (const percent of [11, 10, 11, 3, 4, 5.1, 12, 12.1]) {
      site.freePercent = percent
      await site.passMin(1)
      seen.push([percent, site.standing.map((name) => name.replace(' null', ''))])
    }
    expect(seen).toEqual([
      [11, []],
      [10, ['disk-low']],
      [11, ['disk-low']],
      [3, ['disk-full', 'disk-low']],
      [4, ['disk-full', 'disk-low']],
      [5.1, ['disk-low']],
      [12, ['disk-low']],
      [12.1, []],
    ])
  })

  test('of which nobody knows how full it is ends no alarm', async () => {
    const site = await started()
    site.freePercent = 2
    await site.passMin(1)
    site.freePercent = null
    await site.passMin(60)
    expect(site.standing).toEqual(['disk-full null', 'disk-low null'])
  })
})

describe('a store that takes no writes', () => {
  test('is an alarm that stands although it can’t be stored, is logged once, and is stored as past when it ends', async () => {
    const site = await started()
    site.disk = { kind: 'failed' }
    const failedAtMs = site.clock.nowMs()
    await site.passMin(20)
    expect(site.standing).toEqual(['store-failed null'])
    expect(site.stored).toEqual([])
    expect(site.lines.filter((line) => line.includes('not stored'))).toHaveLength(1)
    site.disk = { kind: 'good' }
    await site.passMin(1)
    expect(site.standing).toEqual([])
    const [past] = site.raisedOf('store-failed')
    expect(past?.sinceMs).toBeLessThanOrEqual(failedAtMs + 5_000)
    expect(past?.clearedAtMs).toBeGreaterThan(failedAtMs + 20 * 60_000)
  })

  test('loses no other alarm: what was found meanwhile is stored when it takes them again', async () => {
    const site = await started()
    site.disk = { kind: 'failed' }
    site.freePercent = 2
    await site.passMin(5)
    expect(site.standing).toEqual(['disk-full null', 'disk-low null', 'store-failed null'])
    site.disk = { kind: 'good' }
    await site.passMin(1)
    expect((await site.standingAlarms()).map(({ kind }) => kind).sort()).toEqual(['disk-full', 'disk-low'])
  })

  test('hangs, and counts as failed after half a minute', async () => {
    const site = await started()
    site.disk = { kind: 'slow', durationMs: 29_000 }
    await site.passMin(1)
    expect(site.standing).toEqual([])
    site.disk = { kind: 'slow', durationMs: 30_000 }
    await site.passMin(1)
    expect(site.standing).toEqual(['store-failed null'])
  })
})

test('a broker that restarts within half a minute is no alarm; one that stays away is, until it is back for as long', async () => {
  const site = await started()
  site.link.connected = false
  await site.clock.passMs(25_000)
  site.link.connected = true
  await site.passMin(1)
  expect(site.stored).toEqual([])
  site.link.connected = false
  await site.clock.passMs(40_000)
  expect(site.standing).toEqual(['broker-down null'])
  site.link.connected = true
  await site.clock.passMs(25_000)
  expect(site.standing).toEqual(['broker-down null'])
  await site.clock.passMs(15_000)
  expect(site.standing).toEqual([])
})

test('a clock behind the last stored time is an alarm for as long as it is', async () => {
  const site = await started()
  site.lastStoredMs = site.clock.nowMs() + 3_600_000
  await site.passMin(1)
  expect(site.standing).toEqual(['clock-untrusted null'])
  site.lastStoredMs = site.clock.nowMs()
  await site.passMin(1)
  expect(site.standing).toEqual([])
})

test('lost log lines are one alarm that counts them, and nothing ends it but a person', async () => {
  const site = await started()
  site.linesLost = 40
  await site.passMin(2)
  site.linesLost = 100
  await site.passMin(2)
  expect(site.raisedOf('log-lines-lost')).toMatchObject([{ count: 100, clearedAtMs: null }])
})

describe('an opening that is unconfirmed', () => {
  const opening = (n: number, startedAtMs: number): Opening => ({
    ...{ openingId: newOpeningId(), lockId: lockId(n), tempKeyUuid: null, userId: null, usedCount: null },
    ...{ maxUses: null, reason: 'no-ack', corrected: false, startedAtMs, settledAtMs: null },
    state: 'unconfirmed',
  })

  test('for ten minutes is an alarm of its lock, until it is settled', async () => {
    const site = await started()
    site.unconfirmed = [opening(1, site.clock.nowMs())]
    await site.passMin(9.9)
    expect(site.standing).toEqual([])
    await site.passMin(0.3)
    expect(site.standing).toEqual(['opening-unconfirmed 1'])
    expect(site.stored[0]?.about).toBe(site.unconfirmed[0]?.openingId)
    site.unconfirmed = []
    await site.passMin(1)
    expect(site.standing).toEqual([])
  })

  test('among more of them than are read ends no alarm by not being seen', async () => {
    const site = await started()
    site.unconfirmed = [opening(1, T0 - 3_600_000)]
    await site.passMin(1)
    site.unconfirmed = Array.from({ length: 1_000 }, () => opening(2, T0 - 3_600_000))
    await site.passMin(1)
    expect(site.standing).toEqual(['opening-unconfirmed 1', 'opening-unconfirmed 2'])
  })
})

describe('an API key', () => {
  const DAY_MS = 86_400_000
  const key = (name: string, expiresAtMs: number | null, revokedAtMs: number | null = null): ApiKey => ({
    ...{ id: apiKeyId('0123456789abcdef'), secretHash: '', organization: org('acme'), name, scopes: ['keys:read'] },
    ...{ createdAtMs: T0 - 90 * DAY_MS, lastUsedAtMs: null, expiresAtMs, revokedAtMs },
  })

  test('that ends within seven days is told of with its name, until it is revoked', async () => {
    const site = await started()
    const endsMs = site.clock.nowMs() + 8 * DAY_MS
    site.apiKeys = [key('desk', endsMs), key('old', endsMs - 2 * DAY_MS, T0), key('for ever', null)]
    await site.passMin(1)
    expect(site.standing).toEqual([])
    await site.passMin(24 * 60)
    expect(site.standing).toEqual(['access-ending null'])
    expect(site.stored[0]?.advice).toBe(
      `API keys: “desk” of acme ends ${new Date(endsMs).toISOString()}. Give each program a new one (api-key create), and revoke the old one.`,
    )
    site.apiKeys = [key('desk', endsMs, T0)]
    await site.passMin(1)
    expect(site.standing).toEqual([])
  })

  test('that has ended is told of no less: its program is refused now', async () => {
    const site = await started()
    site.apiKeys = [key('desk', site.clock.nowMs() - DAY_MS)]
    await site.passMin(1)
    expect(site.stored[0]).toMatchObject({ kind: 'access-ending' })
    expect(site.stored[0]?.advice).toContain('“desk” of acme ended ')
  })
})
