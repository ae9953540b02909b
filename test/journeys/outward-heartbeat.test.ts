import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { StoreFaults } from '#store/writer/store-faults.ts'
import { ReceivingServer } from '#test/notify/support/receiving-server.ts'
import { temporaryDirectory } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { TestSite } from '#test/support/site.ts'
import { until } from '#test/support/until.ts'

const ready = z.object({ checks: z.looseObject({ heartbeat: z.looseObject({ status: z.string() }) }) })

test('whoever waits outside hears the gateway while it stores and reaches its broker, and no longer when its disk fails', async () => {
  await using waiting = await ReceivingServer.start()
  const directory = temporaryDirectory()
  const urlFile = path.join(directory.path, 'url')
  writeFileSync(urlFile, waiting.url('/ping/SECRET-OF-THE-BEAT').href, { mode: 0o600 })
  // Now, or the store would take the time of this clock for one that stands in the past.
  const clock = new ManualClock(Date.now())
  const faults = new StoreFaults()
  {
    await using site = await TestSite.start({
      ...{ clock, dataDir: path.join(directory.path, 'data'), faults: { store: faults } },
      config: { alarms: { heartbeat: { urlFile, everyMin: 5 } } },
    })
    const heartbeat = async () => ready.parse((await site.request('/readyz')).body).checks.heartbeat
    const passUntil = (what: string, look: () => boolean | Promise<boolean>) =>
      until(
        what,
        async () => {
          await clock.passMs(2_000)
          return await look()
        },
        60_000,
      )
    await passUntil('the first beat', () => waiting.received.length === 1)
    expect(waiting.received[0]).toMatchObject({ method: 'GET', path: '/ping/SECRET-OF-THE-BEAT' })
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(75_000)
    expect(await heartbeat()).toMatchObject({ status: 'ok' })
    const firstMs = clock.monotonicMs()
    await passUntil('the second', () => waiting.received.length === 2)
    expect(clock.monotonicMs() - firstMs).toBeGreaterThan(290_000)

    faults.set({ failCommits: { times: 1_000_000, code: 'SQLITE_FULL' } })
    await passUntil('it is told', async () => (await heartbeat()).status === 'warning')
    expect(await heartbeat()).toMatchObject({ message: expect.stringContaining('the store takes no writes') })
    expect(waiting.received).toHaveLength(2)
    expect(site.log.text).toContain('heartbeat left out')
    expect(site.log.text).not.toContain('SECRET-OF-THE-BEAT')
  }
  directory.remove()
}, 120_000)
