import { describe, expect, test } from 'vitest'
import type { Faults } from '#firmware-sim/board/faults.ts'
import { type Ack, ack as ackSchema } from '#protocol/messages.ts'
import { LockLine } from '#test/support/lock-line.ts'
import { signAckAs } from '#test/support/lock-words.ts'
import { TestSite } from '#test/support/site.ts'
import { eventsOf, expectTruth, readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

describe.concurrent('a door that did not open', () => {
  for (const reason of ['privacy', 'lockdown', 'battery', 'busy', 'gone-fishing']) {
    test(`says so with the lock’s own reason ${reason}: 502, and no use is spent`, () =>
      withSite({}, async (site) => {
        const lock = await site.playLock(1, { faults: { refuse: reason } })
        const uuid = await site.createKey(1, { maxUses: 1 })
        const answer = await site.open(uuid)
        expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-refused', lockReason: reason, lockId: 1 } })
        expect(await site.openingState(answer.body.openingId)).toBe('refused')
        expect(lock.actuations).toBe(0)
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
        lock.clearFaults()
        expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      }))
  }

  test('says jammed: 502, no use is spent, and the next tap opens', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { faults: { jam: true } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const answer = await site.open(uuid)
      expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-jammed' } })
      expect(await site.openingState(answer.body.openingId)).toBe('jammed')
      expect(lock.actuations).toBe(0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
      lock.clearFaults()
      expect((await site.open(uuid)).status).toBe(303)
    }))
})

describe.concurrent('a lock that contradicts itself', () => {
  /** It moved, and signed what `lie` makes of it; later it can say anything by its own key. */
  async function afterLie(site: TestSite, later: AsyncDisposableStack, lie: Partial<Ack>) {
    await site.addLock(1)
    const line = later.use(await LockLine.to(site.gateway))
    let truth: Ack | null = null
    const lock = await site.playLock(1, {
      url: line.url,
      faults: {
        ackOverride: (payload) => {
          truth = payload
          return ackSchema.parse({ ...payload, ...lie })
        },
      },
    })
    const uuid = await site.createKey(1, { maxUses: 1 })
    const answer = await site.open(uuid)
    lock.setFaults({ ackOverride: null })
    const sayLater = async (words: Partial<Ack>) => {
      const payload = ackSchema.parse({ ...truth, journalSeq: 500, ...words })
      line.publishUp('latchkey/v1/test/1/ack', await signAckAs(site, 1, payload))
    }
    return { lock, uuid, answer, sayLater }
  }

  test('refused, then opened: opened is the truth, the opening is corrected and the counters follow', () =>
    withSite({ liars: [1] }, async (site, later) => {
      const { uuid, answer, sayLater } = await afterLie(site, later, { result: 'refused', reason: 'privacy' })
      expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-refused' } })
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
      await sayLater({})
      await site.untilState(answer.body.openingId, 'opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0, status: 'used-up' })
      const { openings, alarms } = readStore(site)
      expect(openings[0]?.corrected).toBe(1)
      expect(alarms).toContainEqual({ kind: 'lock-contradicts-itself', lockId: 1, count: 1 })
      expect(eventsOf(site, 'LockOpened')).toMatchObject([{ corrected: true }])
    }))

  test('jammed, then opened: the same', () =>
    withSite({ liars: [1] }, async (site, later) => {
      const { uuid, answer, sayLater } = await afterLie(site, later, { result: 'jammed' })
      expect(answer.status).toBe(502)
      await sayLater({})
      await site.untilState(answer.body.openingId, 'opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    }))

  test('opened, then refused: it stays opened, and the contradiction is alarmed', () =>
    withSite({ liars: [1] }, async (site, later) => {
      const { uuid, answer, sayLater } = await afterLie(site, later, {})
      expect(answer.status).toBe(303)
      await sayLater({ result: 'refused', reason: 'privacy' })
      await until('alarmed', () => readStore(site).alarms.some(({ kind }) => kind === 'lock-contradicts-itself'))
      expect(await site.openingState(answer.body.openingId)).toBe('opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    }))

  test('refused, then used again, then the first was opened after all: stored and alarmed, above maxUses', () =>
    withSite({ liars: [1] }, async (site, later) => {
      const { uuid, answer, sayLater } = await afterLie(site, later, { result: 'refused', reason: 'privacy' })
      expect((await site.open(uuid)).status).toBe(303)
      await sayLater({})
      await site.untilState(answer.body.openingId, 'opened')
      expect(await site.key(uuid)).toMatchObject({ usedCount: 2, heldCount: 0, maxUses: 1, status: 'used-up' })
      expect(readStore(site).openings.some(({ overused }) => overused === 1)).toBe(true)
      expect(readStore(site).alarms.map(({ kind }) => kind)).toContain('key-overused')
    }))
})

describe.concurrent('a lock that loses its power', () => {
  async function tapWhilePowerGoes(site: TestSite, faults: Partial<Faults>) {
    const lock = await site.playLock(1, { faults })
    const uuid = await site.createKey(1, { maxUses: 1 })
    const answer = await site.open(uuid)
    await lock.waitFor(() => lock.online)
    return { lock, uuid, answer }
  }

  test('before it noted the command: nothing moved, the lock says so, and the use is free', () =>
    withSite({}, async (site) => {
      const { lock, uuid, answer } = await tapWhilePowerGoes(site, { rebootAt: 'before-intent' })
      expect([502, 504]).toContain(answer.status)
      await site.untilState(answer.body.openingId, 'not-opened')
      expect(lock.actuations).toBe(0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
      expect((await site.open(uuid)).status).toBe(303)
    }))

  for (const rebootMovesBolt of [true, false]) {
    test(`while the bolt ${rebootMovesBolt ? 'moved' : 'was about to move'}: unconfirmed by its own word, the use stays held until a person decides`, () =>
      withSite({}, async (site) => {
        const { lock, uuid, answer } = await tapWhilePowerGoes(site, { rebootAt: 'after-intent', rebootMovesBolt })
        expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
        const reason = () => readStore(site).openings[0]?.reason
        await until('the word of the new boot', () => reason() === 'reset')
        expect(await site.openingState(answer.body.openingId)).toBe('unconfirmed')
        expect(lock.actuations).toBe(rebootMovesBolt ? 1 : 0)
        expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 1 })
        expect(await site.open(uuid)).toMatchObject({ status: 409, body: { openingId: answer.body.openingId } })

        const decided = await site.owner((api) =>
          api('POST', `/openings/${String(answer.body.openingId)}/settle`, {
            as: rebootMovesBolt ? 'charged' : 'released',
            reason: 'the door was looked at',
          }),
        )
        expect(decided.status).toBe(200)
        const used = rebootMovesBolt ? 1 : 0
        expect(await site.key(uuid)).toMatchObject({ usedCount: used, heldCount: 0 })
      }))
  }

  test('after it noted the outcome: the stored ack is the answer to the very same request', () =>
    withSite({}, async (site) => {
      const { lock, uuid, answer } = await tapWhilePowerGoes(site, { rebootAt: 'after-outcome' })
      expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    }))

  test('again and again, at each point: every opening ends by the lock’s own word, and none moves twice', async () => {
    await using site = await TestSite.start({ config: { opening: { deadlineMs: 2_000, answerWaitMs: 2_000 } } })
    const lock = await site.playLock(1)
    for (const rebootAt of ['after-outcome', 'before-intent', 'after-intent', 'after-outcome'] as const) {
      await site.untilOnline(1)
      lock.setFaults({ rebootAt })
      const answer = await site.open(await site.createKey(1, { maxUses: 1 }))
      expect([303, 502, 504]).toContain(answer.status)
      await lock.waitFor(() => lock.online)
    }
    await until('every word is said', () =>
      readStore(site).openings.every(({ state, reason }) => state !== 'unconfirmed' || reason === 'reset'),
    )
    const { openings } = await expectTruth(site)
    expect(openings.map(({ state }) => state)).toEqual(['opened', 'not-opened', 'unconfirmed', 'opened'])
  })
})
