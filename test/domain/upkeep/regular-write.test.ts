import { expect, test } from 'vitest'
import { EVEN_FOR_MS } from '#domain/time/even-clock.ts'
import {
  REGULAR_WRITE_EVERY_MS,
  RegularWrite,
  SLOW_WRITE_MS,
  startRegularWrites,
} from '#domain/upkeep/regular-write.ts'
import { CorrectedClock, ManualClock, settled } from '#test/support/manual-clock.ts'

/** What the log was told, and a disk that does what a test says. */
function disk(keepTime: (kept: { readonly atMs: number }) => Promise<void>) {
  const clock = new CorrectedClock()
  const regularWrite = new RegularWrite(clock)
  const told: string[] = []
  const log = {
    info: (_fields: object, words: string) => void told.push(words),
    warn: () => expect.unreachable(),
    error: (_fields: object, words: string) => void told.push(words),
  }
  return {
    clock,
    regularWrite,
    told,
    stop: startRegularWrites({ store: { keepTime, lastStoredMs: () => 7 }, regularWrite, clock, log }),
  }
}

test('a full disk is known within ten seconds, though nobody opens a door, and so is one that takes writes again', async () => {
  let isFull = false
  const { clock, regularWrite, told, stop } = disk(async () => {
    if (isFull) throw new Error('SQLITE_FULL')
  })
  await clock.passMs(60_000)
  expect(regularWrite.verdict()).toEqual({ kind: 'good' })
  isFull = true
  await clock.passMs(10_000)
  expect(regularWrite.verdict()).toEqual({ kind: 'failed' })
  await clock.passMs(3_600_000)
  isFull = false
  await clock.passMs(10_000)
  stop()
  expect(regularWrite.verdict()).toEqual({ kind: 'good' })
  // Once at each change: a log that grows helps no full disk.
  expect(told).toEqual([expect.stringMatching(/takes no writes/), expect.stringMatching(/takes writes again/)])
})

test('a disk that hangs is asked for nothing more until it answers', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let writes = 0
  const { clock, regularWrite, stop } = disk(() => {
    writes += 1
    return writes === 1 ? promise : Promise.resolve()
  })
  await clock.passMs(10 * REGULAR_WRITE_EVERY_MS)
  expect(writes).toBe(1)
  expect(regularWrite.verdict()).toEqual({ kind: 'slow', durationMs: 9 * REGULAR_WRITE_EVERY_MS })
  resolve()
  await settled()
  await clock.passMs(REGULAR_WRITE_EVERY_MS)
  stop()
  expect(writes).toBe(2)
})

test('a write under way is no failure: one that takes long is slow, and one that failed is failed until the next is stored', async () => {
  const clock = new ManualClock()
  const write = new RegularWrite(clock)
  const { promise, resolve } = Promise.withResolvers<void>()
  const running = write.run(() => promise)
  expect(write.verdict()).toEqual({ kind: 'good' })
  await clock.passMs(SLOW_WRITE_MS)
  expect(write.verdict()).toEqual({ kind: 'good' })
  await clock.passMs(1)
  expect(write.verdict()).toEqual({ kind: 'slow', durationMs: SLOW_WRITE_MS + 1 })
  resolve()
  await running
  expect(write.verdict()).toEqual({ kind: 'good' })
  await expect(write.run(() => Promise.reject(new Error('full')))).rejects.toThrow('full')
  expect(write.verdict()).toEqual({ kind: 'failed' })
  const next = Promise.withResolvers<void>()
  const trying = write.run(() => next.promise)
  expect(write.verdict()).toEqual({ kind: 'failed' })
  next.resolve()
  await trying
  expect(write.verdict()).toEqual({ kind: 'good' })
})

test('a wall clock that is wrong for less than a minute, at a start or later, is never kept, and the disk is written to all the same', async () => {
  const kept: number[] = []
  const { clock, stop } = disk(async ({ atMs }) => void kept.push(atMs))
  clock.correctedByMs = 3_600_000
  await clock.passMs(EVEN_FOR_MS - 1)
  clock.correctedByMs = 0
  await clock.passMs(EVEN_FOR_MS - REGULAR_WRITE_EVERY_MS)
  expect(kept).toHaveLength(13)
  expect(new Set(kept)).toEqual(new Set([7]))
  await clock.passMs(3 * REGULAR_WRITE_EVERY_MS)
  const rightMs = clock.nowMs()
  expect(kept.at(-1)).toBeGreaterThan(rightMs - REGULAR_WRITE_EVERY_MS)
  clock.correctedByMs = 3_600_000
  await clock.passMs(EVEN_FOR_MS - REGULAR_WRITE_EVERY_MS)
  clock.correctedByMs = 0
  await clock.passMs(REGULAR_WRITE_EVERY_MS)
  stop()
  expect(Math.max(...kept)).toBeLessThanOrEqual(rightMs)
})
