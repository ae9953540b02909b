import { describe, expect, test } from 'vitest'
import { LockLine } from '#test/support/lock-line.ts'
import { readAck } from '#test/support/lock-words.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import { eventsOf, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const BRISK = { config: { opening: { deadlineMs: 2_000, answerWaitMs: 3_000 } } }
/** A site whose taps wait the product's own two seconds for a lock's word on an earlier opening. */
const ASKING = { config: { opening: { deadlineMs: 5_000, answerWaitMs: 5_000 } } }

describe.concurrent('when words between gateway and lock are lost', () => {
  test('a mute lock: 504 after the configured wait, the use stays held, and its late ack makes it opened', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 2 })
      lock.setFaults({ mute: true })
      const sinceMs = performance.now()
      const answer = await site.open(uuid)
      const waitedMs = performance.now() - sinceMs

      expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed', lockId: 1 } })
      expect(waitedMs).toBeGreaterThan(2_900)
      expect(waitedMs).toBeLessThan(4_500)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 1 })
      expect(await site.openingState(answer.body.openingId)).toBe('unconfirmed')

      lock.setFaults({ mute: false })
      await site.untilState(answer.body.openingId, 'opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
      expect(lock.actuations).toBe(1)
      expect(eventsOf(site, 'TempKeyUsed')).toHaveLength(1)
    }))

  test('an ack between deadline and answer is still the answer', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { lateMs: 2_400 } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
    }))

  test('no other key waits for an opening once it is unconfirmed', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const [held, free] = [await site.createKey(1, { maxUses: 1 }), await site.createKey(1, { maxUses: 1 })]
      const first = site.open(held)
      await until('unconfirmed', async () => (await site.key(held)).latestOpening?.state === 'unconfirmed')
      const second = site.open(free)
      await lock.waitFor(() => lock.actuations === 2)
      expect((await first).status).toBe(504)
      lock.clearFaults()
      expect((await second).status).toBe(303)
      await until('both opened', async () => (await site.key(held)).usedCount + (await site.key(free)).usedCount === 2)
    }))

  test('one-use key, ack lost, second tap: the lock is asked and the guest is told opened, one use', () =>
    withSite(ASKING, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const first = await site.open(uuid)
      expect(first.status).toBe(504)

      const asked = lock.receivedCommands.filter(({ op }) => op === 'outcome').length
      const second = site.open(uuid)
      await lock.waitFor(() => lock.receivedCommands.filter(({ op }) => op === 'outcome').length > asked)
      lock.setFaults({ mute: false })
      expect(await second).toMatchObject({ status: 303, body: { openingId: first.body.openingId, usedCount: 1 } })
      expect(lock.actuations).toBe(1)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0, status: 'used-up' })
    }))

  test('a tap right after the lock’s late word joins that opening: one movement, one use', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 5 })
      const first = await site.open(uuid)
      expect(first.status).toBe(504)
      lock.setFaults({ mute: false })
      await site.untilState(first.body.openingId, 'opened')
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { openingId: first.body.openingId } })
      expect(lock.actuations).toBe(1)
      expect(eventsOf(site, 'LockOpenJoined')).toHaveLength(1)
    }))

  for (const { when, passMs, movements } of [
    { when: 'while its pulse may still last is that opening', passMs: 0, movements: 1 },
    { when: 'long after its pulse opens anew: its door is shut again', passMs: 60_000, movements: 2 },
  ]) {
    test(`a tap that learns of an earlier success ${when}`, () => {
      const clock = new ShiftingClock()
      return withSite({ ...ASKING, clock }, async (site, later) => {
        await site.addLock(1)
        const line = later.use(await LockLine.to(site.gateway))
        const lock = await site.playLock(1, { url: line.url })
        const uuid = await site.createKey(1, { maxUses: 5 })
        line.fateUp = ({ topic }) => (topic.endsWith('/ack') ? 'lose' : 'pass')
        const first = await site.open(uuid)
        expect(first.status).toBe(504)
        clock.stepWallMs(passMs)
        const second = site.open(uuid)
        await lock.waitFor(() => lock.receivedCommands.filter(({ op }) => op === 'outcome').length >= 2)
        line.fateUp = () => 'pass'
        const answer = await second
        expect(answer.status).toBe(303)
        expect(answer.body.openingId === first.body.openingId).toBe(movements === 1)
        await site.untilState(first.body.openingId, 'opened')
        expect(lock.actuations).toBe(movements)
        expect(await site.key(uuid)).toMatchObject({ usedCount: movements, heldCount: 0 })
      })
    })
  }

  test('a flood of taps on a withdrawn key is one event a minute, which counts them', () =>
    withSite(BRISK, async (site) => {
      await site.addLock(1)
      const uuid = await site.createKey(1)
      await site.revokeKey(uuid)
      const answers = await Promise.all(Array.from({ length: 60 }, () => site.open(uuid)))
      expect(answers.map(({ body }) => body.reason)).toEqual(answers.map(() => 'key-revoked'))
      expect(eventsOf(site, 'AccessDenied')).toMatchObject([{ reason: 'key-revoked', count: 1 }])
    }))

  test('one-use key, command lost, second tap: the lock signs that it did not, and the tap opens', () =>
    withSite(ASKING, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      lock.setFaults({ deaf: true, mute: true })
      const first = await site.open(uuid)
      expect(first.status).toBe(504)
      lock.clearFaults()
      const second = await site.open(uuid)

      expect(second).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(second.body.openingId).not.toBe(first.body.openingId)
      expect(await site.openingState(first.body.openingId)).toBe('not-opened')
      expect(lock.actuations).toBe(1)
    }))

  test('a lost command is known as such within the same request when the lock can say so: no use is spent', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { faults: { loseNextCommands: 1 } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const answer = await site.open(uuid)
      expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-refused' } })
      expect(await site.openingState(answer.body.openingId)).toBe('not-opened')
      expect(lock.actuations).toBe(0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
    }))

  test('one-use key and a lock that stays silent: 409 that names the opening, and no other key waits for it', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const [uuid, other] = [await site.createKey(1, { maxUses: 1 }), await site.createKey(1)]
      const first = await site.open(uuid)
      const second = site.open(uuid)
      const third = site.open(other)
      await lock.waitFor(() => lock.actuations === 2)

      expect(await second).toMatchObject({
        status: 409,
        body: { reason: 'opening-unconfirmed', openingId: first.body.openingId },
      })
      await third
      expect(lock.movements.map(({ openingId }): string => openingId)[0]).toBe(first.body.openingId)
    }))

  test('a key with uses left opens anew while the lock stays silent about the last one', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 2 })
      const first = await site.open(uuid)
      const second = site.open(uuid)
      await lock.waitFor(() => lock.actuations === 2)
      lock.clearFaults()
      const answer = await second
      expect(answer.status).toBe(303)
      expect(answer.body.openingId).not.toBe(first.body.openingId)
      await site.untilState(first.body.openingId, 'opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 2, heldCount: 0 })
    }))

  test('a last use that an earlier opening holds is asked about: 409 while the lock is silent, free once it says so', () =>
    withSite(BRISK, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      const lock = await site.playLock(1, { url: line.url, faults: { loseNextCommands: 1 } })
      const uuid = await site.createKey(1, { maxUses: 2 })
      const lost = new Set<string>()
      line.fateUp = ({ topic, payload }) =>
        topic.endsWith('/ack') && lost.has(readAck(payload).openingId) ? 'lose' : 'pass'

      const held = site.open(uuid)
      const openingId = await until('reserved', async () => (await site.key(uuid)).latestOpening?.openingId ?? null)
      lost.add(openingId)
      expect((await held).status).toBe(504)
      expect((await site.open(uuid)).body).toMatchObject({ status: 'opened', usedCount: 1 })
      await until('the joining time is over', async () => (await site.open(uuid)).status !== 303)
      expect(await site.open(uuid)).toMatchObject({ status: 409, body: { reason: 'opening-unconfirmed', openingId } })

      lost.clear()
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 2 } })
      expect(await site.openingState(openingId)).toBe('not-opened')
      expect(lock.actuations).toBe(2)
    }))

  test('the gateway ends in mid-opening and starts again: no second command, the repeated ack settles it', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const answer = await site.open(uuid)
      await site.stopGateway()
      await site.startGateway()
      lock.clearFaults()
      await lock.waitFor(() => lock.online)
      await site.untilState(answer.body.openingId, 'opened')
      expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toHaveLength(1)
      expect(lock.actuations).toBe(1)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    }))

  test('a guest who hangs up in mid-opening changes nothing: the door opens once, and it is recorded', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { lateMs: 500 } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const hangUp = new AbortController()
      const tapped = site.open(uuid, { signal: hangUp.signal })
      await lock.waitFor('pulse-started')
      hangUp.abort()
      await expect(tapped).rejects.toThrow('aborted')
      await until('recorded', async () => (await site.key(uuid)).usedCount === 1)
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
    }))
})
