import { expect, it } from 'vitest'
import { QuietLog } from '#broker/broker-log.ts'
import { RateCap } from '#broker/rate-cap.ts'
import { TakeoverWatch } from '#broker/takeover-watch.ts'
import { lock } from './broker-fixture.ts'

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
