import { expect, it } from 'vitest'
import { QuietLog } from '#broker/broker-log.ts'
import { RateCap } from '#broker/connections/rate-cap.ts'
import { TakeoverWatch } from '#broker/connections/takeover-watch.ts'
import { until } from '#test/support/until.ts'
import { lock, startSite } from './broker-fixture.ts'
import { connectPacket } from './raw-mqtt.ts'

it('lets a burst of two seconds pass, then the rate, and never more', () => {
  const cap = new RateCap(100, 0)
  const passed = (nowMs: number, tries: number) =>
    Array.from({ length: tries }, () => cap.take(1, nowMs)).filter((taken) => taken).length
  expect(passed(0, 1_000)).toBe(200)
  expect(passed(100, 1_000)).toBe(10)
  expect(passed(60_000, 1_000)).toBe(200)
})

it('calls an id contested at the third takeover within a minute, not when a lock comes back now and then', () => {
  const watch = new TakeoverWatch()
  expect([0, 1_000, 2_000, 3_000].map((ms) => watch.toTell(lock(1), ms))).toEqual([0, 0, 3, 1])
  expect([0, 61_000, 122_000, 183_000].map((ms) => watch.toTell(lock(2), ms))).toEqual([0, 0, 0, 0])
  expect([0, 30_000, 61_000, 91_000].map((ms) => watch.toTell(lock(3), ms))).toEqual([0, 0, 0, 0])
})

it('says the same warning once in its interval, with the number left out', () => {
  const lines: object[] = []
  const write = (fields: object) => lines.push(fields)
  const warnings = new QuietLog({ info: write, warn: write, error: write }, 10_000)
  for (let ms = 0; ms <= 10_000; ms += 100) warnings.warn('a', { a: 1 }, 'again', ms)
  warnings.warn('b', { b: 1 }, 'another', 10_000)
  expect(lines).toEqual([{ a: 1 }, { a: 1, leftOut: 99 }, { b: 1 }])
})

it('tells the last of a flurry when its interval is over, or at the end, so that none is lost without a word', () => {
  const lines: object[] = []
  const write = (fields: object) => lines.push(fields)
  const warnings = new QuietLog({ info: write, warn: write, error: write }, 10_000)
  for (const n of [1, 2, 3]) warnings.warn('a', { n }, 'again', n)
  warnings.tellHeld(9_999)
  expect(lines).toEqual([{ n: 1 }])
  warnings.tellHeld(10_001)
  warnings.tellHeld(30_000)
  expect(lines).toEqual([{ n: 1 }, { n: 3, leftOut: 1 }])
  warnings.warn('a', { n: 4 }, 'again', 30_000)
  warnings.warn('a', { n: 5 }, 'again', 30_001)
  warnings.close()
  expect(lines.slice(2)).toEqual([{ n: 4 }, { n: 5 }])
})

it('writes a bounded number of lines about all strangers together, and counts the others until there is room', () => {
  const lines: object[] = []
  const write = (fields: object) => lines.push(fields)
  const warnings = new QuietLog({ info: write, warn: write, error: write }, 10_000, new RateCap(1, 0, 2))
  for (const n of [1, 2, 3, 3]) warnings.warn(`of ${n}`, { n }, 'refused', 0)
  expect(lines).toEqual([{ n: 1 }, { n: 2 }])
  warnings.tellHeld(10_000)
  expect(lines).toEqual([{ n: 1 }, { n: 2 }, { n: 3, leftOut: 1 }])
})

it('names every lock of the site that it refuses, whatever others are refused for in the same seconds', async () => {
  await using site = await startSite()
  const refused = () => site.lines.filter(({ message }) => message === 'connection refused').map(({ fields }) => fields)
  for (const id of [1, 2, 1, 77, 78]) {
    const name = `lock-${id}`
    const before = site.broker.counters().refused.keepalive
    const socket = await site.tcp()
    socket.write(connectPacket({ keepaliveS: 60, clientId: name, userName: name }))
    await until('it is refused', () => site.broker.counters().refused.keepalive > before)
  }
  const of = (lockId: number) => ({
    reason: 'keepalive',
    address: '127.0.0.1',
    lockId,
    keepaliveS: 60,
    allowed: '1–30',
  })
  // 77 and 78 are no locks: such names share a line, or anybody could fill the log.
  expect(refused()).toEqual([of(1), of(2), of(77)])
  await site.broker.close()
  expect(refused().slice(3)).toEqual([of(1), of(78)])
})
