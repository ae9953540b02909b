import { expect, test } from 'vitest'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import { OutwardHeartbeat } from '#domain/upkeep/outward-heartbeat.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const MINUTE_MS = 60_000

function beating() {
  const clock = new ManualClock()
  const site = {
    ...{ sinceSuccessMs: 3_000, brokerAnswers: true, hangs: false, answer: { kind: 'delivered' } as SendResult },
  }
  const calledAtMs: number[] = []
  const lines: string[] = []
  const say = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const heartbeat = new OutwardHeartbeat({
    ...{ clock, everyMs: 5 * MINUTE_MS, log: { info: say, warn: say, error: say } },
    writes: site,
    link: { roundTrip: async () => site.brokerAnswers },
    call: async () => {
      calledAtMs.push(clock.monotonicMs())
      return site.hangs ? await new Promise<SendResult>(() => {}) : site.answer
    },
    inBackground: (work) => void work,
  })
  heartbeat.start()
  return { clock, site, calledAtMs, lines, heartbeat }
}

test('beats every five minutes while the site works', async () => {
  const { clock, calledAtMs, heartbeat, lines } = beating()
  await clock.passMs(12 * MINUTE_MS)
  expect(calledAtMs).toEqual([75_000, 375_000, 675_000])
  expect(heartbeat.record).toEqual({ lastGoodAtMs: clock.nowMs() - 45_000, problem: null })
  expect(lines).toEqual([])
})

test.each<{ what: string; broken: Partial<ReturnType<typeof beating>['site']>; says: RegExp }>([
  { what: 'no write has reached the disk lately', broken: { sinceSuccessMs: 25_000 }, says: /store takes no writes/ },
  { what: 'none ever did', broken: { sinceSuccessMs: Infinity }, says: /store takes no writes/ },
  { what: 'the broker says nothing', broken: { brokerAnswers: false }, says: /broker gives no sign of life/ },
])('does not beat when $what, says why once, and beats again when that is over', async ({ broken, says }) => {
  const { clock, site, calledAtMs, lines, heartbeat } = beating()
  const fine = { ...site }
  Object.assign(site, broken)
  await clock.passMs(11 * MINUTE_MS)
  expect(calledAtMs).toEqual([])
  expect(heartbeat.record).toEqual({ lastGoodAtMs: null, problem: expect.stringMatching(says) })
  expect(lines).toHaveLength(1)
  Object.assign(site, fine)
  await clock.passMs(5 * MINUTE_MS)
  expect(calledAtMs).toHaveLength(1)
  expect(heartbeat.record.problem).toBeNull()
  expect(lines.at(-1)).toMatch(/goes out again/)
})

test('a beat that did not arrive is told', async () => {
  const { clock, site, heartbeat, lines } = beating()
  site.answer = { kind: 'failed', cause: 'the connection was refused' }
  await clock.passMs(MINUTE_MS * 2)
  expect(heartbeat.record).toEqual({ lastGoodAtMs: null, problem: 'the connection was refused' })
  expect(lines).toEqual(['heartbeat left out {"cause":"the connection was refused"}'])
})

test('a beat that hangs is not followed by another: who is called is not called twice at once', async () => {
  const { clock, site, calledAtMs } = beating()
  site.hangs = true
  await clock.passMs(20 * MINUTE_MS)
  expect(calledAtMs).toEqual([75_000])
})
