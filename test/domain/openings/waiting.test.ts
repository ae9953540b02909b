import { describe, expect, test } from 'vitest'
import type { Opening } from '#domain/openings/opening.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { OpeningOutcome } from '#domain/openings/outcomes.ts'
import {
  JOIN_AFTER_SUCCESS_MS,
  JOIN_EVENTS_MAX,
  JOINS_REMEMBERED_MAX,
  LiveTaps,
  type TapScope,
} from '#domain/taps/live-taps.ts'
import type { WaitingCaller } from '#domain/taps/waiting-callers.ts'
import { CLOCK_BEHIND_MAX_MS, isClockTrusted } from '#domain/time/clock.ts'
import { newOpeningId, parseLockId, parseTempKeyUuid, parseUserId } from '#protocol/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const lockId = must(parseLockId('1'))
const opening = (difference: Partial<Opening> = {}): Opening => ({
  openingId: newOpeningId(),
  lockId,
  tempKeyUuid: null,
  userId: null,
  state: 'opened',
  reason: null,
  corrected: false,
  startedAtMs: 0,
  settledAtMs: 0,
  usedCount: null,
  maxUses: null,
  ...difference,
})

const there: WaitingCaller = { isThere: () => true }
const TAP = { caller: there, isRemembered: false }

function joined(taps: LiveTaps, scope: TapScope): Promise<OpeningOutcome> | null {
  const join = taps.join(scope, TAP)
  return join?.kind === 'joined' ? join.outcome : null
}

describe('taps that join', () => {
  const scope: TapScope = {
    tempKeyUuid: must(parseTempKeyUuid('7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4')),
    lockId,
    userId: null,
  }

  test('join an attempt while it runs, and for two seconds after it opened', async () => {
    const clock = new ManualClock()
    const taps = new LiveTaps(clock)
    const outcome: OpeningOutcome = { kind: 'opened', opening: opening() }
    const running = taps.begin(scope, async () => outcome, there)
    expect(joined(taps, scope)).toBe(running)
    await running
    await clock.passMs(JOIN_AFTER_SUCCESS_MS - 1)
    expect(joined(taps, scope)).toBe(running)
    await clock.passMs(1)
    expect(taps.join(scope, TAP)).toBeNull()
  })

  test('join each attempt for its own two seconds, whenever others ended', async () => {
    const clock = new ManualClock()
    const taps = new LiveTaps(clock)
    const other: TapScope = { ...scope, userId: 'ada' }
    const open = async (): Promise<OpeningOutcome> => ({ kind: 'opened', opening: opening() })
    await taps.begin(scope, open, there)
    await clock.passMs(JOIN_AFTER_SUCCESS_MS - 1)
    await taps.begin(other, open, there)
    await clock.passMs(1)
    expect([taps.join(scope, TAP), taps.join(other, TAP)]).toEqual([null, expect.anything()])
    const again = taps.begin(scope, open, there)
    await again
    await clock.passMs(JOIN_AFTER_SUCCESS_MS - 2)
    expect(taps.join(other, TAP)).not.toBeNull()
    await clock.passMs(1)
    expect(taps.join(other, TAP)).toBeNull()
    expect(joined(taps, scope)).toBe(again)
    await clock.passMs(1)
    expect(taps.join(scope, TAP)).toBeNull()
  })

  test('do not join an attempt that failed: the guest may try again at once', async () => {
    const clock = new ManualClock()
    const taps = new LiveTaps(clock)
    await taps.begin(scope, async () => ({ kind: 'lock-busy' }), there)
    await clock.passMs(0)
    expect(taps.join(scope, TAP)).toBeNull()
    await expect(taps.begin(scope, () => Promise.reject(new Error('broken')), there)).rejects.toThrow('broken')
    await clock.passMs(0)
    expect(taps.join(scope, TAP)).toBeNull()
  })

  test('never join the tap of another user', async () => {
    const taps = new LiveTaps(new ManualClock())
    await taps.begin(
      { ...scope, userId: parseUserId('ada') },
      async () => ({ kind: 'opened', opening: opening() }),
      there,
    )
    expect(taps.join({ ...scope, userId: parseUserId('bob') }, TAP)).toBeNull()
    expect(taps.join(scope, TAP)).toBeNull()
  })
})

describe('taps after a late success', () => {
  const late = opening({ state: 'opened', tempKeyUuid: must(parseTempKeyUuid('7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4')) })
  const scope: TapScope = { tempKeyUuid: must(late.tempKeyUuid), lockId: late.lockId, userId: late.userId }

  test('join it for two seconds, like one that was answered in time', async () => {
    const clock = new ManualClock()
    const taps = new LiveTaps(clock)
    taps.succeededLate(late)
    expect(await joined(taps, scope)).toEqual({ kind: 'opened', opening: late })
    await clock.passMs(JOIN_AFTER_SUCCESS_MS)
    expect(taps.join(scope, TAP)).toBeNull()
  })

  test('join the attempt that runs instead, where there is one', async () => {
    const taps = new LiveTaps(new ManualClock())
    const running = taps.begin(scope, async () => ({ kind: 'lock-busy' }), there)
    taps.succeededLate(late)
    expect(joined(taps, scope)).toBe(running)
    await running
  })

  test('are all answered in a flood, and are events up to a bound', async () => {
    const taps = new LiveTaps(new ManualClock())
    taps.succeededLate(late)
    const joins = Array.from({ length: JOIN_EVENTS_MAX + 9 }, () => must(taps.join(scope, TAP)))
    expect(joins.filter((join) => join.kind === 'joined' && join.isEvent)).toHaveLength(JOIN_EVENTS_MAX)
    expect(await joined(taps, scope)).toMatchObject({ kind: 'opened' })
  })

  test('that could not be remembered are told to come back, and never that the door opened', () => {
    const taps = new LiveTaps(new ManualClock())
    taps.succeededLate(late)
    const joins = Array.from({ length: 10_000 }, () => must(taps.join(scope, { ...TAP, isRemembered: true })))
    expect(joins.filter(({ kind }) => kind === 'joined')).toHaveLength(JOINS_REMEMBERED_MAX)
    expect(joins.at(-1)).toEqual({ kind: 'too-many', retryAfterS: JOIN_AFTER_SUCCESS_MS / 1_000 })
    expect(taps.join(scope, TAP)?.kind).toBe('joined')
  })
})

describe('waiting for an opening', () => {
  test('ends with the first state that is wanted, or with the time', async () => {
    const clock = new ManualClock()
    const watch = new OpeningWatch(clock)
    const unconfirmed = opening({ state: 'unconfirmed' })
    const wanted = watch.next(unconfirmed.openingId, 1_000, ({ state }) => state === 'opened')
    watch.announce(unconfirmed)
    watch.announce(opening())
    watch.announce({ ...unconfirmed, state: 'opened' })
    expect(await wanted).toMatchObject({ state: 'opened' })

    const late = watch.next(unconfirmed.openingId, 2_000, () => true)
    await clock.passMs(2_000)
    expect(await late).toBeNull()
  })
})

describe('the gateway’s clock', () => {
  const releasedAtMs = Date.UTC(2026, 10, 1)
  const trusted = (nowMs: number, lastStoredMs: number) =>
    isClockTrusted(nowMs, { releasedAtMs, lastStoredMs: () => lastStoredMs })
  const now = Date.UTC(2026, 10, 23)

  test.each([
    ['as stored', now, now, true],
    ['five minutes behind the last stored time', now - CLOCK_BEHIND_MAX_MS, now, true],
    ['a millisecond more behind', now - CLOCK_BEHIND_MAX_MS - 1, now, false],
    ['at the release date, with a new store', releasedAtMs, 0, true],
    ['before this program was released', releasedAtMs - 1, 0, false],
    ['in 2038', 2 ** 31 * 1_000 + 1, now, true],
  ])('%s', (_when, nowMs, lastStoredMs, expected) => {
    expect(trusted(nowMs, lastStoredMs)).toBe(expected)
  })
})
