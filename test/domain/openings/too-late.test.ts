import { beforeEach, describe, expect, test } from 'vitest'
import { DenialBook } from '#domain/access/denial-book.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { commandLock, type OpenCommandRequest } from '#domain/openings/command-lock.ts'
import type { Doors } from '#domain/openings/doors.ts'
import { type OpenWithoutKeyRequest, openWithoutKey } from '#domain/openings/open-without-key.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import { noMeter } from '#domain/openings/openings-meter.ts'
import { LiveTaps } from '#domain/taps/live-taps.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { FakeLockLink } from '#test/http/support/fake-lock-link.ts'
import { aKey, aLock, LOCK_ID, NOW_MS } from '#test/http/support/route-samples.ts'
import { memoryLog } from '#test/http/support/route-site.ts'
import { org } from '#test/support/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { MemoryStore } from '#test/support/memory-store.ts'

const LIMITS = { deadlineMs: 8_000, answerWaitMs: 10_000, askWaitMs: 2_000, sendMarginMs: 1_000 }

let clock: ManualClock
let store: MemoryStore
let link: FakeLockLink
let deps: Doors
const key = aKey()
beforeEach(() => {
  clock = new ManualClock(NOW_MS)
  store = new MemoryStore()
  link = new FakeLockLink()
  store.rows.keys.set(key.uuid, key)
  deps = {
    ...{ store, link, clock, log: memoryLog().log },
    locks: new LockRegistry([aLock()], clock),
    watch: new OpeningWatch(clock),
    taps: new LiveTaps(clock),
    remembered: new Map(),
    denials: new DenialBook(clock),
    inProgress: new Set(),
    clockTrust: { releasedAtMs: 0, lastStoredMs: () => 0 },
    limits: LIMITS,
    isShuttingDown: () => false,
    meter: noMeter,
  }
})

const request = (difference: Partial<OpenCommandRequest> = {}): OpenCommandRequest => ({
  ...{ lockId: LOCK_ID, tempKeyUuid: key.uuid, keyRef: keyRefOf(key.uuid), idempotency: null },
  principal: { kind: 'guest' },
  arrivedMonotonicMs: 0,
  caller: { isThere: () => true },
  ...difference,
})

/** So late that nothing may be sent any more. */
const standStill = () => clock.passMs(LIMITS.deadlineMs - LIMITS.sendMarginMs)

describe('an opening whose time is over', () => {
  test('before it comes to a lock that is busy is told that the gateway, not the lock, is late', async () => {
    await standStill()
    const giveBack = await deps.locks.aggregate(LOCK_ID)?.takeTurn(0)
    expect(await commandLock(request(), deps)).toEqual({ kind: 'overloaded' })
    giveBack?.()
  })

  test('when its command is signed reserves and sends nothing', async () => {
    const sign = link.signOpen.bind(link)
    link.signOpen = async (fields) => {
      await standStill()
      return await sign(fields)
    }
    expect(await commandLock(request(), deps)).toEqual({ kind: 'overloaded' })
    expect([link.sent.length, store.rows.openings.length]).toEqual([0, 0])
  })

  test('when it is known that the caller still waits reserves and sends nothing', async () => {
    const isThere = async () => {
      await standStill()
      return true
    }
    expect(await commandLock(request({ caller: { isThere } }), deps)).toEqual({ kind: 'overloaded' })
    expect([link.sent.length, store.rows.openings.length]).toEqual([0, 0])
  })

  test('when it is reserved sends nothing, and gives the use back', async () => {
    const reserve = store.reserve.bind(store)
    store.reserve = async (job) => {
      await standStill()
      return await reserve(job)
    }
    expect(await commandLock(request(), deps)).toMatchObject({ kind: 'overloaded', openingId: expect.any(String) })
    expect(link.sent).toHaveLength(0)
    expect(store.rows.keys.get(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
    expect(store.rows.openings.map(({ state }) => state)).toEqual(['not-sent'])
  })

  test('when its second command is stored sends no second one', async () => {
    link.whim = { result: 'refused', reason: 'other-boot' }
    const resign = store.resign.bind(store)
    store.resign = async (job) => {
      await standStill()
      return await resign(job)
    }
    expect(await commandLock(request(), deps)).toMatchObject({ kind: 'overloaded' })
    expect(link.sent).toHaveLength(1)
    expect(store.rows.keys.get(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
  })
})

test('an opening without a key that is over before it begins joins no other', async () => {
  const asked: OpenWithoutKeyRequest = {
    ...{ lockId: LOCK_ID, principal: { kind: 'service', organization: org('acme') }, arrivedMonotonicMs: 0 },
    said: { reason: null, requestId: null },
    idempotencyKey: null,
    refusal: () => null,
    caller: { isThere: () => true },
  }
  // The other one does not end.
  store.reserve = () => new Promise(() => {})
  void openWithoutKey(asked, deps)
  const late = await openWithoutKey({ ...asked, arrivedMonotonicMs: -LIMITS.deadlineMs }, deps)
  expect(late.outcome).toEqual({ kind: 'overloaded' })
})

test('an opening for which nobody waits any more reserves and sends nothing, and lets the next one through', async () => {
  expect(await commandLock(request({ caller: { isThere: () => false } }), deps)).toEqual({ kind: 'caller-gone' })
  expect([link.sent.length, store.rows.openings.length]).toEqual([0, 0])
  expect(await commandLock(request(), deps)).toMatchObject({ kind: 'opened' })
})
