import { expect, onTestFinished, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { hasFailed, isWell } from '#domain/upkeep/readiness.ts'
import { GatewayMetrics, type MeasuredGateway } from '#metrics/gateway-metrics.ts'

const WELL: MeasuredGateway = {
  ...{ version: '1.2.3', linesLost: () => 4, jobsWaiting: () => 5, freePercent: () => 50, brokerCounters: null },
  presence: { counts: async () => ({ online: 7, offline: 2, neverCame: 1, withoutKey: 0, retired: 0 }) },
  standingByKind: async () => [{ kind: 'lock-offline', count: 2 }],
  readiness: async () => ({ store: isWell('The store takes reads and writes.') }),
}

function measured(difference: Partial<MeasuredGateway> = {}): GatewayMetrics {
  const metrics = new GatewayMetrics()
  onTestFinished(metrics.watch({ ...WELL, ...difference }))
  return metrics
}

test('a store that can’t be read hides the alarms alone, and that it can’t is measured', async () => {
  const metrics = measured({
    standingByKind: () => Promise.reject(new StoreFault('disk I/O error')),
    readiness: async () => ({
      store: hasFailed({ reason: 'reads-fail', message: 'It can’t be read.', advice: 'Look.' }),
    }),
  })
  const text = await metrics.text()
  expect(text).not.toMatch(/^latchkey_alarms\{/m)
  expect(text).toContain('latchkey_check{check="store"} 2')
  expect(text).toContain('latchkey_locks{state="offline"} 2')
})

test('each kind of alarm has its series, also while none stands; a part whose check is gone has none', async () => {
  let parts: string[] = ['store', 'broker']
  const metrics = measured({ readiness: async () => Object.fromEntries(parts.map((part) => [part, isWell('So.')])) })
  const text = await metrics.text()
  expect(text).toContain('latchkey_alarms{kind="lock-offline",severity="warning"} 2')
  expect(text).toContain('latchkey_alarms{kind="disk-full",severity="critical"} 0')
  expect(text).toContain('latchkey_check{check="broker"} 0')
  parts = ['store']
  expect(await metrics.text()).not.toContain('check="broker"')
})

test('what grows is told as it is, however often it is asked for, and free room as nothing while nobody knows it', async () => {
  const metrics = measured({ freePercent: () => null })
  await metrics.text()
  const text = await metrics.text()
  expect(text).toMatch(/^latchkey_log_lines_lost_total 4$/m)
  expect(text).toMatch(/^latchkey_disk_free_ratio Nan$/im)
})

test('whoever asks while another is being answered costs nothing more', async () => {
  let counted = 0
  const counts = () => {
    counted += 1
    return WELL.presence.counts()
  }
  const metrics = measured({ presence: { counts } })
  await Promise.all([metrics.text(), metrics.text(), metrics.text()])
  expect(counted).toBe(1)
  await metrics.text()
  expect(counted).toBe(2)
})
