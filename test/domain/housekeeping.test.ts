import { expect, test } from 'vitest'
import { keepHouse } from '#domain/housekeeping.ts'
import type { Opening } from '#domain/opening.ts'
import { OpeningWatch } from '#domain/opening-watch.ts'
import { WitnessedTime } from '#domain/witnessed-time.ts'
import { lockIdFromNumber, newOpeningId, type OpeningId } from '#protocol/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A clock whose wall can be corrected. */
class CorrectedClock extends ManualClock {
  correctedByMs = 0
  override nowMs(): number {
    return super.nowMs() + this.correctedByMs
  }
}

test('an opening does not age by a day when the clock is corrected by one', async () => {
  const clock = new CorrectedClock()
  const time = new WitnessedTime(clock, clock.nowMs())
  await clock.passMs(HOUR_MS)
  const startedAtMs = clock.nowMs()
  clock.correctedByMs = DAY_MS
  time.look()
  expect(time.witnessedAgoMs(DAY_MS)).toBeLessThan(startedAtMs)
  await clock.passMs(DAY_MS - 1)
  time.look()
  expect(time.witnessedAgoMs(DAY_MS)).toBeLessThan(startedAtMs)
})

test('a day later it is a day old, and later openings are charged in time again', async () => {
  const clock = new CorrectedClock()
  const time = new WitnessedTime(clock, clock.nowMs())
  const startedAtMs = clock.nowMs()
  clock.correctedByMs = 3 * DAY_MS
  time.look()
  await clock.passMs(DAY_MS)
  time.look()
  expect(time.witnessedAgoMs(DAY_MS)).toBeGreaterThanOrEqual(startedAtMs)
  expect(time.witnessedAgoMs(DAY_MS)).toBe(clock.nowMs() - DAY_MS)
})

test('a power cut is no time in which a lock could have been heard', async () => {
  const clock = new CorrectedClock()
  const stoppedAtMs = clock.nowMs()
  await clock.passMs(3 * DAY_MS)
  const time = new WitnessedTime(clock, stoppedAtMs)
  expect(time.witnessedAgoMs(DAY_MS)).toBe(stoppedAtMs - DAY_MS)
  await clock.passMs(DAY_MS)
  expect(time.witnessedAgoMs(DAY_MS)).toBe(clock.nowMs() - DAY_MS)
})

test('lateness and a clock that is set back change nothing', async () => {
  const clock = new CorrectedClock()
  const time = new WitnessedTime(clock, clock.nowMs())
  clock.correctedByMs = 59_000
  time.look()
  clock.correctedByMs = -DAY_MS
  time.look()
  expect(time.witnessedAgoMs(DAY_MS)).toBe(clock.nowMs() - DAY_MS)
})

test('what a store fault left reserved becomes unconfirmed, and what a request is at work on does not', async () => {
  const clock = new CorrectedClock()
  const [abandoned, running] = [newOpeningId(), newOpeningId()]
  const landed: OpeningId[] = []
  const lockId = must(lockIdFromNumber(1))
  const reserved = (openingId: OpeningId): Opening => ({
    ...{ openingId, lockId, tempKeyUuid: null, userId: null, state: 'unconfirmed', reason: 'not-settled' },
    ...{ corrected: false, startedAtMs: 0, settledAtMs: null, usedCount: null, maxUses: null },
  })
  let asked = 0
  await keepHouse(new WitnessedTime(clock, 0), {
    store: {
      keepTime: async () => {},
      reservedOpenings: async () => [abandoned, running],
      markUnconfirmed: async (openingId) => {
        landed.push(openingId)
        return reserved(openingId)
      },
      chargeOld: async () => [],
      lastStoredMs: () => 0,
    },
    questions: {
      askAll: async () => {
        asked += 1
      },
    },
    chores: [],
    watch: new OpeningWatch(clock),
    inProgress: new Set([running]),
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    chargeAfterMs: DAY_MS,
    onWrite: () => {},
    inBackground: () => {},
  })
  expect(landed).toEqual([abandoned])
  expect(asked).toBe(1)
})
