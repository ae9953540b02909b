import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { StoreFaults } from '#store/writer/store-faults.ts'
import { acksNamedBy } from '#test/support/lock-words.ts'
import type { TestSite } from '#test/support/site.ts'
import { readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** As it is shipped: 8 s for the bolt, 10 s for the answer. */
const SHIPPED = { config: { opening: {} } }

async function withFailingStore(
  config: { config?: { opening: object } },
  run: (site: TestSite, store: StoreFaults) => Promise<void>,
): Promise<void> {
  const store = new StoreFaults()
  await withSite({ ...config, faults: { store } }, async (site) => {
    await run(site, store)
    store.set({})
    await expectTheSameAfterARestart(site)
  })
}

/** What an answer says comes from memory: the file has to say it, too. */
async function expectTheSameAfterARestart(site: TestSite): Promise<void> {
  const uuids = readStore(site).keys.map(({ uuid }) => uuid)
  const said = () =>
    Promise.all(
      uuids.map(async (uuid) => {
        const { usedCount, heldCount, status, latestOpening } = await site.key(uuid)
        return { usedCount, heldCount, status, opening: latestOpening?.openingId, state: latestOpening?.state }
      }),
    )
  const before = await said()
  await site.stopGateway()
  await site.startGateway()
  expect(await said()).toEqual(before)
}

/** A tap, with how long its answer took. */
async function timed(site: TestSite, uuid: string) {
  const sinceMs = performance.now()
  const answer = await site.open(uuid)
  return { ...answer, tookMs: performance.now() - sinceMs }
}

/** Its use is free, for memory too: that hears of a commit a moment after it. */
const untilWithdrawn = (site: TestSite, uuid: string) =>
  until('withdrawn', async () => {
    const { latestOpening, heldCount } = await site.key(uuid)
    return latestOpening?.state === 'not-sent' && heldCount === 0
  })

/** The commit of the next ack takes this long, and no other. */
async function hangAtTheAck(site: TestSite, store: StoreFaults, commitDelayMs: number): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    site.gateway.watchMessages(({ direction, topic }) => {
      if (direction === 'from-lock' && topic.endsWith('/ack')) setImmediate(resolve)
    })
  })
  store.set({ commitDelayMs })
  await heard
  store.set({})
}

describe.concurrent('a disk that hangs', () => {
  test(
    'for 7.5 s before anything was sent: 503 while nothing can have moved, and nothing moves when it is back',
    () =>
      withFailingStore(SHIPPED, async (site, store) => {
        const lock = await site.playLock(1)
        const uuid = await site.createKey(1, { maxUses: 1 })
        store.set({ commitDelayMs: 7_500 })
        const tapping = timed(site, uuid)
        // Whoever looks is answered meanwhile.
        expect(await site.key(uuid)).toMatchObject({ lockOnline: true, usedCount: 0 })
        const answer = await tapping
        store.set({})
        expect(answer).toMatchObject({ status: 503, body: { reason: 'store-failed' } })
        expect(answer.tookMs).toBeGreaterThan(6_900)
        expect(answer.tookMs).toBeLessThan(10_000)
        await untilWithdrawn(site, uuid)
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, status: 'valid' })
        expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toEqual([])
        expect((await site.open(uuid)).status).toBe(303)
        expect(lock.actuations).toBe(1)
      }),
    60_000,
  )

  test(
    'for 7.5 s after the bolt has moved: 303 as soon as it is stored, and the receipt not before',
    () =>
      withFailingStore(SHIPPED, async (site, store) => {
        const lock = await site.playLock(1, { faults: { lateMs: 400 } })
        const uuid = await site.createKey(1, { maxUses: 1 })
        const tapping = timed(site, uuid)
        await lock.waitFor(() => lock.actuations === 1)
        await hangAtTheAck(site, store, 7_500)
        const answer = await tapping
        expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
        expect(answer.tookMs).toBeGreaterThan(7_400)
        expect(answer.tookMs).toBeLessThan(10_000)
      }),
    60_000,
  )

  test(
    'for 20 s after the bolt has moved: 504 by the configured time, then the truth, and the receipt with it',
    () =>
      withFailingStore(SHIPPED, async (site, store) => {
        const lock = await site.playLock(1, { faults: { lateMs: 400 } })
        const receipted: number[] = []
        site.gateway.watchMessages(({ direction, message }) => {
          if (direction === 'to-lock') receipted.push(...acksNamedBy(message))
        })
        const uuid = await site.createKey(1, { maxUses: 1 })
        const tapping = timed(site, uuid)
        await lock.waitFor(() => lock.actuations === 1)
        await hangAtTheAck(site, store, 20_000)
        const answer = await tapping
        expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed', lockId: 1 } })
        expect(answer.tookMs).toBeGreaterThan(9_900)
        expect(answer.tookMs).toBeLessThan(11_500)
        expect(await site.openingState(answer.body.openingId)).toBe('reserved')
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 1 })
        expect(receipted).toEqual([])
        await site.untilState(answer.body.openingId, 'opened')
        expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
        await until('receipted', () => receipted.length > 0 && lock.unreceiptedAcks === 0)
        expect(lock.actuations).toBe(1)
      }),
    60_000,
  )
})

describe.concurrent('a disk that fails', () => {
  test(
    'shows in /readyz within ten seconds, though nobody opens a door, and no longer when it takes writes again',
    () =>
      withFailingStore({}, async (site, store) => {
        const ready = async () => {
          const answer = await fetch(`${site.url}/readyz`)
          const body = z
            .object({ checks: z.object({ store: z.object({ status: z.string() }) }) })
            .parse(await answer.json())
          return [answer.status, body.checks.store.status]
        }
        expect(await ready()).toEqual([200, 'ok'])
        store.set({ failCommits: { times: 1_000, code: 'SQLITE_FULL' } })
        await until('told', async () => (await ready())[0] === 503, 12_000)
        expect(await ready()).toEqual([503, 'failed'])
        store.set({})
        await until('told again', async () => (await ready())[0] === 200, 12_000)
      }),
    40_000,
  )

  test('at the reserve: 503, nothing is sent, and the use is free', () =>
    withFailingStore({}, async (site, store) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_FSYNC']) {
        store.set({ failCommits: { times: 1, code } })
        expect(await site.open(uuid)).toMatchObject({ status: 503, body: { reason: 'store-failed' } })
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, latestOpening: null })
      }
      expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toEqual([])
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
    }))

  test('whose writer dies after the reserve was stored: 503, nothing is sent, and the use is free again', () =>
    withFailingStore({}, async (site, store) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      store.set({ dieAfterCommit: true })
      const tapping = site.open(uuid)
      await until('stored', () => readStore(site).openings.length === 1)
      store.set({})
      expect(await tapping).toMatchObject({ status: 503, body: { reason: 'store-failed' } })
      await untilWithdrawn(site, uuid)
      expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toEqual([])
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
    }))

  test('at the settle: no receipt, 504 with the opening, and opened when the lock says it again', () =>
    withFailingStore({}, async (site, store) => {
      const lock = await site.playLock(1)
      const receipted: number[] = []
      site.gateway.watchMessages(({ direction, message }) => {
        if (direction === 'to-lock') receipted.push(...acksNamedBy(message))
      })
      const uuid = await site.createKey(1, { maxUses: 1 })
      store.set({ failJobs: { name: 'settle', times: 1_000, code: 'SQLITE_FULL' } })
      const answer = await timed(site, uuid)
      expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
      expect(answer.tookMs).toBeLessThan(6_500)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 1 })
      expect(receipted).toEqual([])
      expect(lock.unreceiptedAcks).toBe(1)
      store.set({})
      await site.untilState(answer.body.openingId, 'opened')
      await until('receipted', () => lock.unreceiptedAcks === 0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
      expect(lock.actuations).toBe(1)
    }))

  test('when a command is to be signed anew: the second is not sent, and no use is spent', () =>
    withFailingStore({}, async (site, store) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      store.set({ failJobs: { name: 'resign', times: 1_000, code: 'SQLITE_FULL' } })
      lock.setFaults({ refuse: 'counter' })
      const answer = await site.open(uuid)
      store.set({})
      expect(answer.status).not.toBe(303)
      expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toHaveLength(1)
      lock.clearFaults()
      await until('free', async () => (await site.key(uuid)).heldCount === 0)
      expect(lock.actuations).toBe(0)
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
    }))
})
