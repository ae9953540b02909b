import { expect, test } from 'vitest'
import type { Opening } from '#domain/openings/opening.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import { WitnessedTime } from '#domain/time/witnessed-time.ts'
import { type HousekeepingDeps, keepHouse, startHousekeeping } from '#domain/upkeep/housekeeping.ts'
import { RegularWrite } from '#domain/upkeep/regular-write.ts'
import { lockIdFromNumber, newOpeningId, type OpeningId } from '#protocol/ids.ts'
import { CorrectedClock, ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

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

/** A site's minute, with a store that does what a test says. */
function house(clock: ManualClock, difference: Partial<HousekeepingDeps['store']> = {}): HousekeepingDeps {
  return {
    store: {
      reservedOpenings: async () => [],
      markUnconfirmed: async () => expect.unreachable(),
      chargeOld: async () => [],
      lastStoredMs: () => clock.nowMs(),
      ...difference,
    },
    questions: { askAll: async () => {} },
    sweptLocks: 'all',
    chores: [],
    watch: new OpeningWatch(clock),
    inProgress: new Set(),
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    chargeAfterMs: DAY_MS,
    regularWrite: new RegularWrite(clock),
    inBackground: (work) => void work.catch(() => {}),
  }
}

test('what a store fault left reserved becomes unconfirmed, and what a request is at work on does not', async () => {
  const clock = new CorrectedClock()
  const [abandoned, running] = [newOpeningId(), newOpeningId()]
  const ended: OpeningId[] = []
  const lockId = must(lockIdFromNumber(1))
  const reserved = (openingId: OpeningId): Opening => ({
    ...{ openingId, lockId, tempKeyUuid: null, userId: null, state: 'unconfirmed', reason: 'not-settled' },
    ...{ corrected: false, startedAtMs: 0, settledAtMs: null, usedCount: null, maxUses: null },
  })
  let asked = 0
  await keepHouse(new WitnessedTime(clock, 0), {
    ...house(clock, {
      reservedOpenings: async () => [abandoned, running],
      markUnconfirmed: async ({ openingId }) => {
        ended.push(openingId)
        return reserved(openingId)
      },
    }),
    questions: {
      askAll: async () => {
        asked += 1
      },
    },
    inProgress: new Set([running]),
  })
  expect(ended).toEqual([abandoned])
  expect(asked).toBe(1)
})

test('charges by the time that the site was there, not by a wall clock that was set', async () => {
  const clock = new CorrectedClock()
  const time = new WitnessedTime(clock, clock.nowMs())
  await clock.passMs(HOUR_MS)
  const startedAtMs = clock.nowMs()
  const charged: boolean[] = []
  const deps = house(clock, {
    chargeOld: async ({ startedBeforeMs }) => {
      charged.push(startedAtMs < startedBeforeMs)
      return []
    },
  })
  clock.correctedByMs = 2 * DAY_MS
  await keepHouse(time, deps)
  await clock.passMs(DAY_MS - HOUR_MS)
  await keepHouse(time, deps)
  await clock.passMs(HOUR_MS + 1)
  await keepHouse(time, deps)
  expect(charged).toEqual([false, false, true])
})

test('while the disk hangs nothing more is asked of it, and time is seen to pass meanwhile', async () => {
  const clock = new CorrectedClock()
  const charged: number[] = []
  const disk = new RegularWrite(clock)
  const deps = house(clock, {
    chargeOld: async ({ startedBeforeMs }) => {
      charged.push(clock.nowMs() - startedBeforeMs)
      return []
    },
  })
  const hanging = Promise.withResolvers<void>()
  const write = disk.run(() => hanging.promise)
  const stop = startHousekeeping({ ...deps, regularWrite: disk })
  await clock.passMs(5 * 60_000)
  clock.correctedByMs = HOUR_MS
  await clock.passMs(60_000)
  expect(charged).toEqual([])
  hanging.resolve()
  await write
  await clock.passMs(60_000)
  stop()
  // The hour that the clock only skipped was seen when it was skipped.
  expect(charged).toEqual([DAY_MS + HOUR_MS])
})

test('a write that is under way just then takes nothing from the minute’s work', async () => {
  const clock = new ManualClock()
  let passes = 0
  const deps = house(clock, {
    chargeOld: async () => {
      passes += 1
      return []
    },
  })
  const disk = new RegularWrite(clock)
  const stop = startHousekeeping({ ...deps, regularWrite: disk })
  await clock.passMs(59_999)
  const underWay = Promise.withResolvers<void>()
  const write = disk.run(() => underWay.promise)
  await clock.passMs(1)
  underWay.resolve()
  await write
  stop()
  expect(passes).toBe(1)
})
