import { describe, expect, test } from 'vitest'
import { readRelease } from '#runtime/release.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import type { TestSite } from '#test/support/site.ts'
import { eventsOf, readStore, withSite } from '#test/support/site-truth.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LONG_VALID = { validFrom: '1990-01-01T00:00:00Z', validUntil: '2200-01-01T00:00:00Z', maxUses: 1 }
const iso = (ms: number): string => new Date(ms).toISOString()

async function expectUntrusted(site: TestSite, uuid: string): Promise<void> {
  const { openings } = readStore(site)
  const answer = await site.open(uuid)
  expect(answer).toMatchObject({ status: 503, body: { reason: 'clock-untrusted' } })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(readStore(site).openings).toEqual(openings)
  expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
}

describe.concurrent('a wall clock that stands in the past', () => {
  for (const [name, stepMs] of [
    ['an hour', -HOUR_MS],
    ['ten years', -3_653 * DAY_MS],
  ] as const) {
    test(`by ${name} opens no door while it does, and any door afterwards`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock }, async (site) => {
        const lock = await site.playLock(1)
        const uuid = await site.createKey(1, LONG_VALID)
        clock.stepWallMs(stepMs)
        await expectUntrusted(site, uuid)
        expect(lock.actuations).toBe(0)

        await site.stopGateway()
        await site.startGateway()
        await lock.waitFor(() => lock.online)
        await site.untilOnline(1)
        await expectUntrusted(site, uuid)

        clock.stepWallMs(-stepMs)
        expect((await site.open(uuid)).status).toBe(303)
        expect(lock.actuations).toBe(1)
      })
    })
  }

  test('is noticed at five minutes behind the last stored time, to the millisecond', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      await site.playLock(1)
      const nowMs = clock.nowMs()
      clock.holdWallAt(nowMs)
      const [one, two] = [await site.createKey(1, LONG_VALID), await site.createKey(1, LONG_VALID)]
      clock.holdWallAt(nowMs - 300_001)
      await expectUntrusted(site, one)
      clock.holdWallAt(nowMs - 300_000)
      expect((await site.open(one)).status).toBe(303)
      clock.holdWallAt(nowMs - 300_001)
      await expectUntrusted(site, two)
      clock.holdWallAt(null)
    })
  })

  test('is noticed before the release date in a store that never saw a time, to the millisecond', () => {
    const clock = new ShiftingClock()
    const { releasedAtMs } = readRelease()
    clock.holdWallAt(releasedAtMs - 1)
    return withSite({ clock }, async (site) => {
      await site.playLock(1)
      const uuid = await site.createKey(1, LONG_VALID)
      await expectUntrusted(site, uuid)
      clock.holdWallAt(releasedAtMs)
      expect((await site.open(uuid)).status).toBe(303)
    })
  })

  test('does not let yesterday’s guest in after the clock was a day ahead for a while', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      await site.playLock(1)
      const [guest, later] = [await site.createKey(1, { maxUses: 1 }), await site.createKey(1, LONG_VALID)]
      clock.stepWallMs(DAY_MS + HOUR_MS)
      expect((await site.open(guest)).body.reason).toBe('key-expired')
      clock.stepWallMs(-DAY_MS - HOUR_MS)
      await expectUntrusted(site, later)
      clock.stepWallMs(DAY_MS + HOUR_MS)
      expect((await site.open(later)).status).toBe(303)
    })
  })

  test('is believed again when a person vouches for it: it had been ahead, and every lock’s log says so', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, LONG_VALID)
      clock.stepWallMs(DAY_MS)
      await site.createKey(1)
      clock.stepWallMs(-DAY_MS)
      await expectUntrusted(site, uuid)

      const confirm = (nowMs: number) =>
        site.owner((api) => api('POST', '/clock/confirm', { now: new Date(nowMs).toISOString() }))
      expect(await confirm(clock.nowMs() - 10 * 60_000)).toMatchObject({
        status: 400,
        body: { details: [{ field: 'now' }] },
      })
      await expectUntrusted(site, uuid)
      expect(await site.owner((api) => api('GET', '/clock'))).toMatchObject({ body: { verdict: 'behind' } })

      expect(await confirm(clock.nowMs() - 60_000)).toMatchObject({ status: 200, body: { verdict: 'trusted' } })
      expect((await site.open(uuid)).status).toBe(303)
      expect(lock.actuations).toBe(1)
      expect(eventsOf(site, 'ClockConfirmed')).toMatchObject([{ confirmedBy: 'owner' }])

      await site.stopGateway()
      await site.startGateway()
      expect(await site.owner((api) => api('GET', '/clock'))).toMatchObject({ body: { verdict: 'trusted' } })
    })
  })

  for (const stepMs of [-HOUR_MS, DAY_MS, 40 * 365 * DAY_MS]) {
    test(`does not disturb an opening under way when it steps by ${stepMs / HOUR_MS} h`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock }, async (site) => {
        const lock = await site.playLock(1, { boltTravelMs: 200 })
        const uuid = await site.createKey(1, { maxUses: 1 })
        const tapped = site.open(uuid)
        await lock.waitFor('pulse-started')
        clock.stepWallMs(stepMs)
        expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
      })
    })
  }
})

describe.concurrent('a key’s window', () => {
  test('begins and ends to the millisecond: validFrom is in it, validUntil is not', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      const lock = await site.playLock(1)
      const [fromMs, untilMs] = [clock.nowMs() + 10_000, clock.nowMs() + 20_000]
      const key = () => site.createKey(1, { validFrom: iso(fromMs), validUntil: iso(untilMs), maxUses: 1 })
      const [early, first, last, late] = [await key(), await key(), await key(), await key()]
      const at = async (ms: number, uuid: string) => {
        clock.holdWallAt(ms)
        const { status, body } = await site.open(uuid)
        return status === 303 ? status : `${status} ${String(body.reason)}`
      }
      expect(await at(fromMs - 1, early)).toBe('400 key-not-yet-valid')
      expect(await at(fromMs, first)).toBe(303)
      expect(await at(untilMs - 1, last)).toBe(303)
      expect(await at(untilMs, late)).toBe('400 key-expired')
      expect(await at(untilMs, early)).toBe('400 key-expired')
      expect(lock.actuations).toBe(2)
      clock.holdWallAt(null)
    })
  })

  const ends = {
    expired: {
      reason: 'key-expired',
      end: async (_site: TestSite, _uuid: string, clock: ShiftingClock, untilMs: number) => clock.holdWallAt(untilMs),
    },
    revoked: { reason: 'key-revoked', end: (site: TestSite, uuid: string) => site.revokeKey(uuid) },
  }
  for (const [name, { reason, end }] of Object.entries(ends)) {
    test(`is judged again at the head of the queue: ${name} while waiting, it holds nothing and sends nothing`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock }, async (site) => {
        const lock = await site.playLock(1, { boltTravelMs: 1_000 })
        const untilMs = clock.nowMs() + 60_000
        const [before, uuid] = [
          await site.createKey(1),
          await site.createKey(1, { validUntil: iso(untilMs), maxUses: 1 }),
        ]
        clock.holdWallAt(untilMs - 1)
        const served = site.open(before)
        await lock.waitFor('pulse-started')
        const waiting = site.open(uuid)
        const answered: string[] = []
        void served.then(() => answered.push('served'))
        void waiting.then(() => answered.push('waiting'))
        // What was asked later and is answered shows that the tap stands in the queue.
        for (let later = 0; later < 3; later += 1) await site.key(uuid)
        await end(site, uuid, clock, untilMs)
        expect(await waiting).toMatchObject({ status: 400, body: { reason } })
        expect((await served).status).toBe(303)
        expect(answered).toEqual(['served', 'waiting'])
        expect(lock.actuations).toBe(1)
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, latestOpening: null })
        clock.holdWallAt(null)
      })
    })
  }

  test('that is closed by a revocation after the command left does not undo the opening: it counts', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { faults: { lateMs: 700 } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const tapped = site.open(uuid)
      await lock.waitFor('pulse-started')
      await site.revokeKey(uuid)
      expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(await site.key(uuid)).toMatchObject({ status: 'revoked', usedCount: 1, heldCount: 0 })
      expect((await site.open(uuid)).body.reason).toBe('key-revoked')
    }))

  test('says revoked for a key whose opening is still live: nobody joins through a revoked key', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { boltTravelMs: 500 })
      const uuid = await site.createKey(1)
      const tapped = site.open(uuid)
      await lock.waitFor('pulse-started')
      await site.revokeKey(uuid)
      expect((await site.open(uuid)).body.reason).toBe('key-revoked')
      expect((await tapped).status).toBe(303)
    }))
})
