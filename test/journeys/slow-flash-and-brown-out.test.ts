import { describe, expect, test } from 'vitest'
import { eventsOf, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const BRISK = { config: { opening: { deadlineMs: 2_000, answerWaitMs: 5_000 } } }

describe.concurrent('a lock whose flash or power is weak', () => {
  test('moves nothing when its flash took longer than the tap may last: 502, and no use is spent', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      lock.setFaults({ flashWriteMs: 3_000 })
      const tap = site.open(uuid)
      await lock.waitFor(() => lock.receivedCommands.some(({ op }) => op === 'open'))
      // The write of the intent is under way; that of the refusal is quick again.
      lock.clearFaults()
      const answer = await tap
      expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-refused', lockReason: 'deadline-passed' } })
      expect(lock.actuations).toBe(0)
      expect(await site.openingState(answer.body.openingId)).toBe('refused')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
      expect(eventsOf(site, 'LockOpenRefused')).toMatchObject([{ journalSeq: 2 }])
      await until('the receipt came', () => lock.unreceiptedAcks === 0)
      expect((await site.open(uuid)).status).toBe(303)
    }))

  test('too late after its intent, while the tap still has time: a fresh command opens, once, and both words are stored', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      lock.setFaults({ flashWriteMs: 400 })
      const tap = site.open(uuid)
      await lock.waitFor(() => lock.receivedCommands.some(({ op }) => op === 'open'))
      // As if the deadline had passed during the write that is under way.
      lock.setFaults({ flashWriteMs: 0, refuse: 'deadline-passed', refuseNext: 1 })
      expect(await tap).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
      const words = lock.sentAcks.map(({ payload }) => `${payload.result} ${payload.journalSeq}`)
      expect(new Set(words)).toEqual(new Set(['refused 2', 'opened 4']))
      await until('both receipts came', () => lock.unreceiptedAcks === 0)
    }))

  test('answers for a command that it lost before ten boots of which the gateway never heard: the use is free', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { loseNextCommands: 1 } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const tap = site.open(uuid)
      await lock.waitFor(() => lock.receivedCommands.some(({ op }) => op === 'open'))
      lock.cutCable()
      for (let boot = 0; boot < 10; boot += 1) await lock.reboot()
      const answer = await tap
      expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
      expect(await site.key(uuid)).toMatchObject({ heldCount: 1 })
      await lock.reconnect()
      await site.untilState(answer.body.openingId, 'not-opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
      expect(lock.actuations).toBe(0)
    }))

  test('loses its power again and again before it could sign what became of a movement: the numbers have no gap', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { rebootAt: 'after-intent' } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const firstCut = lock.waitFor('booted')
      const tap = site.open(uuid)
      await firstCut
      for (let time = 0; time < 2; time += 1) {
        const cut = lock.waitFor('booted')
        lock.setFaults({ rebootAt: 'before-outcome' })
        await cut
      }
      expect((await tap).status).toBe(504)
      await until('the reset is stored', () =>
        eventsOf(site, 'LockOpenUnconfirmed').some(({ reason }) => reason === 'reset'),
      )
      expect(new Set(lock.sentAcks.map(({ payload }) => payload.journalSeq))).toEqual(new Set([2]))
      expect(lock.actuations).toBe(1)
    }))
})
