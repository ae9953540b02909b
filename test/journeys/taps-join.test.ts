import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Identity } from '#test/support/identity.ts'
import { readCommand } from '#test/support/lock-words.ts'
import { TestSite } from '#test/support/site.ts'
import { eventsOf, expectTruth } from '#test/support/site-truth.ts'

describe('many taps at once', () => {
  let identity: Identity
  let site: TestSite
  const secrets: string[] = []
  beforeEach(async () => {
    identity = await Identity.start()
    site = await TestSite.start({ config: { jwt: identity.jwt } })
  })
  afterEach(async () => {
    try {
      await expectTruth(site, { secrets })
    } finally {
      await site[Symbol.asyncDispose]()
      identity.close()
    }
  })

  const as = async (userId: string): Promise<RequestInit> => {
    const token = await identity.tokenOf(userId)
    secrets.push(token)
    return { headers: { authorization: `Bearer ${token}` } }
  }

  test('200 at once with a one-use key actuate once, and all that joined hear of the same opening', async () => {
    const lock = await site.playLock(1)
    const uuid = await site.createKey(1, { maxUses: 1 })
    const answers = await Promise.all(Array.from({ length: 200 }, () => site.open(uuid)))

    expect(lock.actuations).toBe(1)
    const opened = answers.filter(({ status }) => status === 303)
    expect(new Set(opened.map(({ body }) => body.openingId)).size).toBe(1)
    // Whoever is heard only two seconds after the success is a guest with a key that is used up.
    const late = answers.filter(({ status }) => status !== 303)
    expect(late.map(({ body }) => body.reason)).toEqual(late.map(() => 'key-used-up'))
    expect(await site.key(uuid)).toMatchObject({ status: 'used-up', usedCount: 1, heldCount: 0 })
    expect(eventsOf(site, 'LockOpenRequested')).toHaveLength(1)
    const openingId = opened[0]?.body.openingId
    const joins = eventsOf(site, 'LockOpenJoined')
    expect(joins).toHaveLength(opened.length - 1)
    expect(new Set(joins.map((join) => join.openingId))).toEqual(new Set([openingId]))
  })

  test('a second tap joins the first one while the bolt still moves', async () => {
    const lock = await site.playLock(1, { boltTravelMs: 300 })
    const uuid = await site.createKey(1, { maxUses: 2 })
    const first = site.open(uuid)
    await lock.waitFor('heard')
    const [one, two] = await Promise.all([first, site.open(uuid)])

    expect([one.status, two.status]).toEqual([303, 303])
    expect(two.body).toEqual(one.body)
    expect(lock.actuations).toBe(1)
    expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('a tap within 2 s of the success joins it, a later one opens anew', async () => {
    const lock = await site.playLock(1)
    const uuid = await site.createKey(1, { maxUses: 3 })
    const one = await site.open(uuid)
    const sinceMs = performance.now()
    const two = await site.open(uuid)
    expect(two.body.openingId).toBe(one.body.openingId)
    expect(lock.actuations).toBe(1)

    let three = await site.open(uuid)
    while (three.body.openingId === one.body.openingId) three = await site.open(uuid)
    expect(performance.now() - sinceMs).toBeGreaterThan(1_900)
    expect(three.status).toBe(303)
    expect(lock.actuations).toBe(2)
    expect(await site.key(uuid)).toMatchObject({ usedCount: 2, heldCount: 0 })
  })

  test('on a whitelist key only the same user joins: another one opens for himself', async () => {
    const lock = await site.playLock(1, { boltTravelMs: 300 })
    const uuid = await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['ada', 'bob'], maxUses: 5 })
    const ada = site.open(uuid, await as('ada'))
    await lock.waitFor('heard')
    const [one, again, other] = await Promise.all([
      ada,
      site.open(uuid, await as('ada')),
      site.open(uuid, await as('bob')),
    ])

    expect([one.status, again.status, other.status]).toEqual([303, 303, 303])
    expect(again.body.openingId).toBe(one.body.openingId)
    expect(other.body.openingId).not.toBe(one.body.openingId)
    expect(lock.actuations).toBe(2)
    expect(await site.key(uuid, await as('ada'))).toMatchObject({ usedCount: 2, heldCount: 0 })
    expect(eventsOf(site, 'LockOpenJoined').map((join) => join.principal)).toEqual(['user:ada'])
  })

  test('the last use of a whitelist key opens for one of two users, and the other hears which opening has it', async () => {
    const lock = await site.playLock(1, { boltTravelMs: 200 })
    const uuid = await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['ada', 'bob'], maxUses: 1 })
    const ada = site.open(uuid, await as('ada'))
    await lock.waitFor('heard')
    const bob = await site.open(uuid, await as('bob'))

    expect(bob).toMatchObject({ status: 409, body: { reason: 'opening-unconfirmed' } })
    expect(bob.body.openingId).toBe((await ada).body.openingId)
    expect(lock.actuations).toBe(1)
  })

  test('100 keys on one lock at once: busy ones are told when to come again, none is lost, none opens twice', async () => {
    const lock = await site.playLock(1)
    const uuids = await Promise.all(Array.from({ length: 100 }, () => site.createKey(1, { maxUses: 1 })))
    const busyRounds: number[] = []
    for (let waiting = uuids; waiting.length > 0; ) {
      const answers = await Promise.all(waiting.map(async (uuid) => ({ uuid, ...(await site.open(uuid)) })))
      const busy = answers.filter(({ status }) => status !== 303)
      for (const { status, headers, body } of busy) {
        expect({ status, reason: body.reason }).toEqual({ status: 409, reason: 'lock-busy' })
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      }
      waiting = busy.map(({ uuid }) => uuid)
      busyRounds.push(waiting.length)
    }

    expect(busyRounds[0]).toBeGreaterThan(0)
    expect(lock.actuations).toBe(100)
    const counters = lock.receivedCommands.filter(({ op }) => op === 'open').map(({ message }) => readCommand(message))
    expect(counters.map(({ counter }) => counter)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    const views = await Promise.all(uuids.map((uuid) => site.key(uuid)))
    expect(new Set(views.map(({ usedCount, heldCount }) => `${usedCount} ${heldCount}`))).toEqual(new Set(['1 0']))
  })

  test('three wait behind the one that is served, in the order of their coming, and a fifth is told that it is busy', async () => {
    const lock = await site.playLock(1, { boltTravelMs: 200 })
    const uuids = await Promise.all(Array.from({ length: 5 }, () => site.createKey(1, { maxUses: 1 })))
    const answers = await inTurn(site.url, uuids)

    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 409])
    expect(answers[4]?.reason).toBe('lock-busy')
    const inOrder = lock.movements.map(({ openingId }): string => openingId)
    expect(inOrder).toEqual(answers.slice(0, 4).map(({ openingId }) => openingId))
    expect(await site.key(uuids[4] ?? '')).toMatchObject({ usedCount: 0, heldCount: 0, latestOpening: null })
  })

  test('whoever waited 2 s in vain for the lock holds nothing', async () => {
    const lock = await site.playLock(1, { boltTravelMs: 2_500 })
    const [first, second] = [await site.createKey(1, { maxUses: 1 }), await site.createKey(1, { maxUses: 1 })]
    const served = site.open(first)
    await lock.waitFor('heard')
    const waited = await site.open(second)

    expect(waited).toMatchObject({ status: 409, body: { reason: 'lock-busy' } })
    expect(Number(waited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await site.key(second)).toMatchObject({ usedCount: 0, heldCount: 0, latestOpening: null })
    expect((await served).status).toBe(303)
    expect(lock.actuations).toBe(1)
  })

  test('two doors with one broker do not wait for each other', async () => {
    const slow = await site.playLock(1, { boltTravelMs: 1_000 })
    const quick = await site.playLock(2)
    const first = site.open(await site.createKey(1))
    await slow.waitFor('heard')
    const answer = await site.open(await site.createKey(2))
    expect(answer.status).toBe(303)
    expect(quick.actuations).toBe(1)
    expect((await first).status).toBe(303)
  })

  test('a key that nobody made opens nothing, however often', async () => {
    const lock = await site.playLock(1)
    const answers = await Promise.all(Array.from({ length: 20 }, () => site.open(randomUUID())))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
    expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toEqual([])
  })
})

const tapBody = z.object({ openingId: z.string().optional(), reason: z.string().optional() })

/** Taps of several keys, each on a connection that stands already, so that they come in the order of their sending. */
async function inTurn(url: string, uuids: readonly string[]) {
  const { hostname, port } = new URL(url)
  const taps = await Promise.all(
    uuids.map(async (uuid) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true })
      // Once it is answered the gateway reads the connection; who is taken out of the port's queues first is no promise.
      socket.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`)
      await once(socket, 'data')
      return { uuid, socket }
    }),
  )
  return await Promise.all(
    taps.map(async ({ uuid, socket }) => {
      const answer = text(socket)
      socket.write(
        `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      )
      const [head = '', body = ''] = (await answer).split('\r\n\r\n')
      return { status: Number(head.slice(9, 12)), ...tapBody.parse(JSON.parse(body)) }
    }),
  )
}
