import { describe, expect, test } from 'vitest'
import { JOIN_EVENTS_MAX } from '#domain/taps/live-taps.ts'
import { Identity } from '#test/support/identity.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import { eventsOf, readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const BRISK = { config: { opening: { deadlineMs: 2_000, answerWaitMs: 2_500 } } }
/** A site whose taps wait the product's own two seconds for a lock's word on an earlier opening. */
const ASKING = { config: { opening: { deadlineMs: 5_000, answerWaitMs: 5_000 } } }

const named = (key: string, body?: object): RequestInit => ({
  headers: { 'idempotency-key': key, ...(body && { 'content-type': 'application/json' }) },
  ...(body && { body: JSON.stringify(body) }),
})

describe.concurrent('a request with an Idempotency-Key', () => {
  test('gets the same answer again, also after a restart, and opens no second time', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 3 })
      const first = await site.open(uuid, named('one'))
      expect(first.status).toBe(303)
      expect(first.headers.get('idempotency-replayed')).toBeNull()
      await until('joining is over', async () => (await site.open(uuid)).body.openingId !== first.body.openingId)

      await site.stopGateway()
      await site.startGateway()
      const again = await site.open(uuid, named('one'))
      expect(again).toMatchObject({ status: 303, body: first.body })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(again.headers.get('location')).toBe(first.headers.get('location'))
      expect(lock.actuations).toBe(2)
    }))

  test('actuates once when it comes 50 times at once', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { boltTravelMs: 100 })
      const uuid = await site.createKey(1)
      const answers = await Promise.all(Array.from({ length: 50 }, () => site.open(uuid, named('fifty'))))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
      expect(lock.actuations).toBe(1)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    }))

  test('is remembered with whoever joined, however many joined before it: its repeat opens nothing', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { boltTravelMs: 2_000 })
      const uuid = await site.createKey(1)
      const running = site.open(uuid)
      await lock.waitFor('heard')
      const joined = await Promise.all(Array.from({ length: 230 }, (_, n) => site.open(uuid, named(`guest ${n}`))))
      const { openingId } = (await running).body
      const opened = joined.flatMap(({ status, body }, n) => (status === 303 && body.openingId === openingId ? n : []))
      expect(opened.length).toBeGreaterThan(JOIN_EVENTS_MAX)
      expect(eventsOf(site, 'LockOpenJoined')).toHaveLength(JOIN_EVENTS_MAX)

      await until('joining is over', async () => (await site.open(uuid)).body.openingId !== openingId)
      await site.stopGateway()
      await site.startGateway()
      await site.untilOnline(1)
      const moved = lock.actuations
      for (const n of opened) {
        const again = await site.open(uuid, named(`guest ${n}`))
        expect([again.status, again.body.openingId, again.headers.get('idempotency-replayed')]).toEqual([
          303,
          openingId,
          'true',
        ])
      }
      expect(lock.actuations).toBe(moved)
    }))

  test('is refused with 422 when its body is another, while it runs and afterwards', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { boltTravelMs: 200 })
      const uuid = await site.createKey(1)
      const running = site.open(uuid, named('body', { a: 1 }))
      await lock.waitFor('heard')
      expect(await site.open(uuid, named('body', { a: 2 }))).toMatchObject({
        status: 422,
        body: { reason: 'idempotency-mismatch' },
      })
      expect((await running).status).toBe(303)
      expect((await site.open(uuid, named('body'))).status).toBe(422)
      expect((await site.open(uuid, named('body', { a: 1 }))).headers.get('idempotency-replayed')).toBe('true')
      expect(lock.actuations).toBe(1)
    }))

  test('may try again after an answer that sent nothing: not valid yet, offline, busy', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      const lock = await site.playLock(1, { boltTravelMs: 1_200 })
      const uuid = await site.createKey(1, { validFrom: new Date(clock.nowMs() + 60_000).toISOString(), maxUses: 1 })
      expect((await site.open(uuid, named('again'))).body.reason).toBe('key-not-yet-valid')
      clock.stepWallMs(60_000)

      await lock.disconnect()
      await site.untilOnline(1, false)
      expect((await site.open(uuid, named('again'))).body.reason).toBe('lock-offline')
      await lock.reconnect()
      await site.untilOnline(1)

      const others = Promise.all(
        (await Promise.all(Array.from({ length: 4 }, () => site.createKey(1)))).map((other) => site.open(other)),
      )
      await lock.waitFor(() => lock.receivedCommands.some(({ op }) => op === 'open'))
      expect((await site.open(uuid, named('again'))).body.reason).toBe('lock-busy')
      await others

      const opened = await site.open(uuid, named('again'))
      expect(opened).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(opened.headers.get('idempotency-replayed')).toBeNull()
      expect((await site.open(uuid, named('again'))).headers.get('idempotency-replayed')).toBe('true')
    })
  })

  test('is answered by the lock’s refusal again: something was sent', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { faults: { refuse: 'lockdown' } })
      const uuid = await site.createKey(1)
      const first = await site.open(uuid, named('refused'))
      lock.clearFaults()
      const again = await site.open(uuid, named('refused'))
      expect([first.status, again.status]).toEqual([502, 502])
      expect(again.body).toMatchObject({ openingId: first.body.openingId, lockReason: 'lockdown' })
      expect(lock.actuations).toBe(0)
    }))

  test('after a 504 is answered from the opening’s present state, and never sends a second command', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 3 })
      const first = await site.open(uuid, named('late'))
      expect(first.status).toBe(504)
      const still = await site.open(uuid, named('late'))
      expect(still).toMatchObject({ status: 504, body: { openingId: first.body.openingId } })
      lock.clearFaults()
      await site.untilState(first.body.openingId, 'opened')
      const then = await site.open(uuid, named('late'))
      expect(then).toMatchObject({ status: 303, body: { openingId: first.body.openingId, usedCount: 1 } })
      expect(then.headers.get('idempotency-replayed')).toBe('true')
      expect(lock.actuations).toBe(1)
      expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toHaveLength(1)
    }))

  test('that was told of an earlier opening is told of it again: no second actuation', () =>
    withSite(ASKING, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 3 })
      const lost = await site.open(uuid)
      expect(lost.status).toBe(504)
      const asked = () => lock.receivedCommands.filter(({ op }) => op === 'outcome').length
      const before = asked()
      const tapped = site.open(uuid, named('asked'))
      await lock.waitFor(() => asked() > before)
      lock.clearFaults()
      const told = await tapped
      expect(told).toMatchObject({ status: 303, body: { openingId: lost.body.openingId } })
      await until('joining is over', async () => (await site.open(uuid)).body.openingId !== lost.body.openingId)

      const again = await site.open(uuid, named('asked'))
      expect(again).toMatchObject({ status: 303, body: { openingId: lost.body.openingId } })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(lock.actuations).toBe(2)
    }))

  test('that joined a tap which was told 409 is not remembered, and joined nothing', () =>
    withSite(BRISK, async (site) => {
      const lock = await site.playLock(1, { faults: { mute: true } })
      const uuid = await site.createKey(1, { maxUses: 1 })
      const first = await site.open(uuid)
      const joins = eventsOf(site, 'LockOpenJoined').length
      const [one, two] = await Promise.all([site.open(uuid, named('x')), site.open(uuid, named('y'))])
      for (const answer of [one, two]) {
        expect(answer).toMatchObject({ status: 409, body: { openingId: first.body.openingId } })
      }
      expect(eventsOf(site, 'LockOpenJoined')).toHaveLength(joins)
      for (const key of ['x', 'y']) {
        expect(await site.open(uuid, named(key))).toMatchObject({ status: 409 })
      }
      lock.clearFaults()
      await site.untilState(first.body.openingId, 'opened')
      await until('the joining time is over', async () => (await site.open(uuid)).status !== 303)
      expect((await site.open(uuid, named('y'))).body.reason).toBe('key-used-up')
      expect(lock.actuations).toBe(1)
    }))

  test('that joined another tap is told the same ever after', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { maxUses: 5 })
      const first = await site.open(uuid, named('one'))
      const joined = await site.open(uuid, named('two'))
      expect(joined.body.openingId).toBe(first.body.openingId)
      await until('joining is over', async () => (await site.open(uuid)).body.openingId !== first.body.openingId)
      expect((await site.open(uuid, named('two'))).body).toEqual(first.body)
      expect(lock.actuations).toBe(2)
      expect(readStore(site).openings).toHaveLength(2)
    }))

  test('is a user’s own: another user with the same one opens for himself', async () => {
    const identity = await Identity.start()
    const tokens = { ada: await identity.tokenOf('ada'), bob: await identity.tokenOf('bob') }
    await withSite({ config: { jwt: identity.jwt }, secrets: Object.values(tokens) }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['ada', 'bob'] })
      const as = (user: 'ada' | 'bob'): RequestInit => ({
        headers: { 'idempotency-key': 'same', authorization: `Bearer ${tokens[user]}` },
      })
      const [ada, bob] = [await site.open(uuid, as('ada')), await site.open(uuid, as('bob'))]
      expect([ada.status, bob.status]).toEqual([303, 303])
      expect(bob.body.openingId).not.toBe(ada.body.openingId)
      expect(lock.actuations).toBe(2)
    })
    identity.close()
  })

  test('is forgotten after a day', () => {
    const clock = new ShiftingClock()
    return withSite({ clock }, async (site) => {
      const lock = await site.playLock(1)
      const uuid = await site.createKey(1, { validUntil: new Date(clock.nowMs() + 3 * 86_400_000).toISOString() })
      const first = await site.open(uuid, named('day'))
      await until('joining is over', async () => (await site.open(uuid)).body.openingId !== first.body.openingId)
      await until('joining is over again', async () => (await site.open(uuid, named('day'))).status === 303)
      clock.passMs(86_400_000)
      const anew = await until('not joined', async () => {
        const answer = await site.open(uuid, named('day'))
        return answer.headers.get('idempotency-replayed') === null ? answer : null
      })
      expect(anew.status).toBe(303)
      expect(anew.body.openingId).not.toBe(first.body.openingId)
      expect(lock.actuations).toBeGreaterThanOrEqual(2)
    })
  })
})
