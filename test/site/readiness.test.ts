import { describe, expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { createReadiness } from '#site/readiness.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

type Deps = Parameters<typeof createReadiness>[0]

const clock = new ManualClock()
const ALL_ONLINE = { online: 3, offline: 0, neverCame: 0, withoutKey: 0, retired: 0 }
const open = (trust: { releasedAtMs?: number; lastStoredMs?: number } = {}, isShuttingDown = false) => ({
  clock,
  clockTrust: { releasedAtMs: trust.releasedAtMs ?? 0, lastStoredMs: () => trust.lastStoredMs ?? 0 },
  isShuttingDown: () => isShuttingDown,
})
const healthy: Deps = {
  store: { unsettledOpenings: async () => [] },
  link: { connected: true },
  tokens: null,
  open: open(),
  proxyNotice: { forwardedForIgnoredAtMs: null },
  writes: { verdict: () => ({ kind: 'good' }) },
  freePercent: () => 50,
  presence: { counts: async () => ALL_ONLINE },
  linesLost: () => 0,
  logo: { problem: null },
  notices: { receivers: 2, store: { waitingNotices: async () => [] }, records: () => [] },
  heartbeat: null,
}
const counted = (difference: Partial<typeof ALL_ONLINE>) => ({
  presence: { counts: async () => ({ ...ALL_ONLINE, ...difference }) },
})
const brokenStore = {
  unsettledOpenings: async () => {
    throw new StoreFault('disk I/O error', { mayBeStored: false })
  },
}

describe('readiness', () => {
  test('of a healthy site names every part of it, all well, with a sentence each', async () => {
    const checks = await createReadiness(healthy)()
    expect(Object.keys(checks)).toEqual([
      'process',
      'store',
      'disk',
      'broker',
      'clock',
      'locks',
      'log',
      'proxy',
      'notify',
    ])
    for (const [name, check] of Object.entries(checks)) {
      expect({ name, ...check }).toMatchObject({ name, status: 'ok', severity: null, reason: null, advice: null })
      expect(check.message).toMatch(/^[A-Z0-9].*\.$/)
    }
  })

  test.each<{ part: string; reason: string; status: string; severity: string; difference: Partial<Deps> }>([
    {
      part: 'process',
      reason: 'shutting-down',
      status: 'failed',
      severity: 'critical',
      difference: { open: open({}, true) },
    },
    { part: 'store', reason: 'reads-fail', status: 'failed', severity: 'critical', difference: { store: brokenStore } },
    {
      part: 'store',
      reason: 'writes-fail',
      status: 'failed',
      severity: 'critical',
      difference: { writes: { verdict: () => ({ kind: 'failed' }) } },
    },
    {
      part: 'store',
      reason: 'write-hangs',
      status: 'warning',
      severity: 'critical',
      difference: { writes: { verdict: () => ({ kind: 'slow', durationMs: 6_000 }) } },
    },
    {
      part: 'disk',
      reason: 'disk-low',
      status: 'warning',
      severity: 'warning',
      difference: { freePercent: () => 9.9 },
    },
    {
      part: 'disk',
      reason: 'disk-full',
      status: 'warning',
      severity: 'critical',
      difference: { freePercent: () => 2 },
    },
    {
      part: 'broker',
      reason: 'not-connected',
      status: 'failed',
      severity: 'critical',
      difference: { link: { connected: false } },
    },
    {
      part: 'clock',
      reason: 'before-release',
      status: 'failed',
      severity: 'critical',
      difference: { open: open({ releasedAtMs: Number.MAX_SAFE_INTEGER }) },
    },
    {
      part: 'clock',
      reason: 'behind',
      status: 'failed',
      severity: 'critical',
      difference: { open: open({ lastStoredMs: Number.MAX_SAFE_INTEGER }) },
    },
    {
      part: 'locks',
      reason: 'some-never-came',
      status: 'warning',
      severity: 'notice',
      difference: counted({ neverCame: 1 }),
    },
    {
      part: 'locks',
      reason: 'some-offline',
      status: 'warning',
      severity: 'warning',
      difference: counted({ offline: 1, neverCame: 1 }),
    },
    {
      part: 'locks',
      reason: 'none-online',
      status: 'warning',
      severity: 'critical',
      difference: counted({ online: 0, offline: 3 }),
    },
    { part: 'log', reason: 'lines-lost', status: 'warning', severity: 'warning', difference: { linesLost: () => 7 } },
    {
      part: 'logo',
      reason: 'logo-unusable',
      status: 'warning',
      severity: 'notice',
      difference: { logo: { problem: 'is gone' } },
    },
    {
      part: 'proxy',
      reason: 'proxy-not-named',
      status: 'warning',
      severity: 'warning',
      difference: { proxyNotice: { forwardedForIgnoredAtMs: clock.nowMs() } },
    },
  ])(
    '$part tells $reason as $status, $severity, with what to do, and of nothing else',
    async ({ difference, ...told }) => {
      const { part, reason, status, severity } = told
      const checks = await createReadiness({ ...healthy, ...difference })()
      expect(checks[part]).toMatchObject({ status, severity, reason, advice: expect.stringMatching(/[.?]$/) })
      const others = Object.entries(checks).filter(([name, check]) => name !== part && check.status !== 'ok')
      expect(others).toEqual([])
    },
  )

  test('tells of lost lines for an hour after the last, and of the next ones anew', async () => {
    let lost = 0
    const readiness = createReadiness({ ...healthy, linesLost: () => lost })
    const log = async () => (await readiness()).log
    lost = 5
    expect(await log()).toMatchObject({ status: 'warning', facts: { lost: 5 } })
    await clock.passMs(3_599_000)
    expect(await log()).toMatchObject({ status: 'warning', facts: { lost: 5 } })
    await clock.passMs(2_000)
    expect(await log()).toMatchObject({ status: 'ok' })
    lost = 6
    expect(await log()).toMatchObject({ status: 'warning', facts: { lost: 1 } })
  })
})
