import { expect, test } from 'vitest'
import { z } from 'zod'
import { WATCH_EVERY_MS } from '#domain/upkeep/watching-alarms.ts'
import { ReceivingServer } from '#test/notify/support/receiving-server.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import { TestSite } from '#test/support/site.ts'
import { eventsOf } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** While it hurries, the looks of the watch for alarms come as fast as they can, and time passes with each. */
class HurryingClock extends ShiftingClock {
  isHurrying = false

  override startTimer(delayMs: number, run: () => void): () => void {
    if (delayMs !== WATCH_EVERY_MS || !this.isHurrying) return super.startTimer(delayMs, run)
    return super.startTimer(60, () => {
      this.passMs(WATCH_EVERY_MS)
      run()
    })
  }

  async until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
    this.isHurrying = true
    try {
      await until(what, look, 60_000)
    } finally {
      this.isHurrying = false
    }
  }
}

const message = z.looseObject({
  id: z.string(),
  title: z.string(),
  severity: z.string(),
  alarms: z.array(z.looseObject({ kind: z.string() })),
})

test('a lock whose cable is cut is told of once, ten minutes later, and its events tell when the alarm began and ended', async () => {
  await using phone = await ReceivingServer.start()
  const clock = new HurryingClock()
  const notify = [{ name: 'night', kind: 'http', url: phone.url('/alarms').href }] as const
  await using site = await TestSite.start({ clock, config: { alarms: { notify: [...notify] } } })
  const lock = await site.playLock(1)
  const startedMs = clock.monotonicMs()
  lock.cutCable()
  await site.untilOnline(1, false)
  // In so much haste a slow disk is an alarm too.
  const told = () =>
    phone.bodies
      .map((text) => message.parse(JSON.parse(text)))
      .filter(({ alarms }) => alarms.some(({ kind }) => kind === 'lock-offline'))
  await clock.until('a message', () => told().length > 0)
  expect(clock.monotonicMs() - startedMs).toBeGreaterThan(600_000)
  expect(told()[0]?.title).toMatch(/1 missing|offline/)

  await lock.reconnect()
  await site.untilOnline(1)
  await clock.until('the end of the alarm', () => eventsOf(site, 'AlarmCleared').length > 0)
  for (const type of ['AlarmRaised', 'AlarmCleared']) {
    expect(eventsOf(site, type)).toMatchObject([{ alarm: 'lock-offline' }])
  }
  // A repeat of the same message has the same id.
  expect(new Map(told().map(({ id, title }) => [id, title])).size).toBe(1)
}, 150_000)
