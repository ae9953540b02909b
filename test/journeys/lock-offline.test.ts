import { describe, expect, test } from 'vitest'
import type { SimulatedLock } from '#firmware-sim/simulated-lock.ts'
import type { Answer, TestSite } from '#test/support/site.ts'
import { readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const HELLO_SOON = { presence: { silenceMs: 1_000, answerWaitMs: 1_000 } }

const opens = (lock: SimulatedLock) => lock.receivedCommands.filter(({ op }) => op === 'open')

async function expectNothingBegins(site: TestSite, uuid: string): Promise<void> {
  const sinceMs = performance.now()
  const answer: Answer = await site.open(uuid)
  expect(answer).toMatchObject({ status: 503, body: { reason: 'lock-offline' } })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(performance.now() - sinceMs, 'at once').toBeLessThan(1_000)
  expect(readStore(site)).toMatchObject({ openings: [], commands: [] })
  expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, lockOnline: false, latestOpening: null })
}

/** Once online it has heard everything that was ever meant for it. */
async function expectNothingHappened(site: TestSite, lock: SimulatedLock, uuid: string): Promise<void> {
  await site.untilOnline(1)
  expect(opens(lock)).toEqual([])
  expect(lock.actuations).toBe(0)
  const answer = await site.open(uuid)
  expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
  expect(lock.actuations).toBe(1)
  expect(opens(lock)).toHaveLength(1)
}

describe.concurrent('a tap on a lock that is offline', () => {
  const absences = {
    'its cable was cut': (lock: SimulatedLock) => lock.cutCable(),
    'it left in order': async (lock: SimulatedLock) => await lock.disconnect(),
  }
  for (const [name, leave] of Object.entries(absences)) {
    test(`is 503 at once and leaves nothing behind when ${name}; nothing happens when it comes back`, () =>
      withSite({ config: HELLO_SOON }, async (site) => {
        const lock = await site.playLock(1)
        const uuid = await site.createKey(1, { maxUses: 1 })
        await leave(lock)
        await site.untilOnline(1, false)
        await expectNothingBegins(site, uuid)
        await lock.reconnect()
        await expectNothingHappened(site, lock, uuid)
      }))
  }

  test('is 503 at once when it answers no questions any more, and what waited in its socket opens nothing', () =>
    withSite({ config: HELLO_SOON }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      lock.goSilent()
      await site.untilOnline(1, false)
      await expectNothingBegins(site, uuid)
      lock.speakAgain()
      await expectNothingHappened(site, lock, uuid)
    }))

  test('is 503 at once when it says hello and answers no question', () =>
    withSite({ config: HELLO_SOON }, async (site) => {
      const lock = await site.playLock(1, { faults: { silentHello: true } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      await expectNothingBegins(site, uuid)
      lock.clearFaults()
      await expectNothingHappened(site, lock, uuid)
    }))

  test('is 503 at once when it never was connected, and nothing waits for its first hello', () =>
    withSite({ config: HELLO_SOON }, async (site) => {
      await site.addLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      await expectNothingBegins(site, uuid)
      await expectNothingHappened(site, await site.playLock(1), uuid)
    }))

  test('is 503 at once after the gateway restarted without it, whatever it knew before', () =>
    withSite({ config: HELLO_SOON }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      await site.stopGateway()
      await lock.disconnect()
      await site.startGateway()
      await expectNothingBegins(site, uuid)
      await lock.reconnect()
      await expectNothingHappened(site, lock, uuid)
    }))

  test('waits for no turn: ten taps on an absent lock are ten quick answers', () =>
    withSite({ config: HELLO_SOON }, async (site) => {
      await site.addLock(1)
      const uuids = await Promise.all(Array.from({ length: 10 }, () => site.createKey(1)))
      const answers = await Promise.all(uuids.map((uuid) => site.open(uuid)))
      expect(answers.map(({ body }) => body.reason)).toEqual(uuids.map(() => 'lock-offline'))
    }))
})

describe.concurrent('a lock that falls silent unnoticed', () => {
  test('hears a command too late and does not move: 504, the use is held, then free again', () =>
    withSite({ config: { opening: { deadlineMs: 2_000, answerWaitMs: 3_000 } } }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      lock.goSilent()
      const answer = await site.open(uuid)
      expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 1, status: 'used-up' })

      lock.speakAgain()
      await until('the lock’s word', async () => (await site.openingState(answer.body.openingId)) !== 'unconfirmed')
      expect(['refused', 'not-opened']).toContain(await site.openingState(answer.body.openingId))
      expect(lock.actuations).toBe(0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
    }))

  test('does not keep its queue: whoever waits behind it hears busy, and another door opens meanwhile', () =>
    // The first tap holds the lock for its whole deadline, longer than the second may wait for a turn.
    withSite({ config: { opening: { deadlineMs: 6_000, answerWaitMs: 6_000 } } }, async (site) => {
      const silent = await site.playLock(1)
      await site.playLock(2)
      const keys = [await site.createKey(1), await site.createKey(1)] as const
      const other = await site.createKey(2)
      silent.goSilent()
      const first = site.open(keys[0])
      await until('reserved', () => readStore(site).openings.length === 1)
      const [second, third] = await Promise.all([site.open(keys[1]), site.open(other)])
      expect(second).toMatchObject({ status: 409, body: { reason: 'lock-busy' } })
      expect(third.status).toBe(303)
      expect((await first).status).toBe(504)
    }))
})
