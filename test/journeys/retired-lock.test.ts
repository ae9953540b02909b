import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { listLocks } from '#cli/list-locks.ts'
import type { Clock } from '#domain/time/clock.ts'
import { realClock } from '#runtime/real-clock.ts'
import { TestSite } from '#test/support/site.ts'
import { until } from '#test/support/until.ts'

const answer = z.looseObject({ keysRevoked: z.number(), unsettledOpenings: z.number() })
const retire = async (site: TestSite, lockId: number) =>
  expectAnswer(await site.owner((api) => api('POST', `/locks/${lockId}/retire`)), answer)
const record = async (site: TestSite, lockId: number) =>
  expectAnswer(await site.owner((api) => api('GET', `/locks/${lockId}/record`)), z.looseObject({}))

test('a retired lock opens for nobody, is cut off from the broker, is listed apart, and all of it after a restart too', async () => {
  await using site = await TestSite.start({
    config: { site: { id: 'test', name: 'T', timeZone: 'UTC', organization: 'acme' } },
  })
  const lock = await site.playLock(1)
  const link = await site.createKey(1)
  expect((await site.open(link)).status).toBe(303)
  const headers = {
    'x-api-key': await site.createApiKey('acme', 'locks:open', 'locks:read', 'locks:admin', 'keys:write'),
  }

  expect(await retire(site, 1)).toMatchObject({
    keysRevoked: 1,
    unsettledOpenings: 0,
    lock: { offlineCause: 'retired' },
  })
  await until('the lock is refused', () => site.log.text.includes('"reason":"unknown-lock"'))
  const holds = async () => {
    expect(await site.open(link)).toMatchObject({ status: 400, body: { reason: 'key-revoked' } })
    const open = await site.request('/locks/1/OpenLock', { method: 'POST', headers })
    expect(open).toMatchObject({ status: 410, body: { reason: 'lock-retired' } })
    const post = (path: string, body: object) =>
      site.request(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const key = {
      ...{ tempKeyUuid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff', accessMode: 'public' },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2126-01-01T00:00:00Z' },
    }
    for (const refused of [
      await post('/locks/1/create-temp-key', key),
      await post('/locks/1/SetOwner', { userId: 'ada' }),
      await post('/locks/1/CreateLock', { index: 1, uuid: key.tempKeyUuid }),
    ])
      expect(refused).toMatchObject({ status: 410, body: { reason: 'lock-retired' } })
    const { locks } = (await site.request('/locks', { headers })).body
    expect(locks).toEqual([])
    const apart = (await site.request('/locks?retired=true', { headers })).body
    expect(apart.locks).toMatchObject([
      { lockId: 1, online: false, offlineCause: 'retired', retiredAt: expect.any(String) },
    ])
    for (const [method, path, body] of [
      ['POST', '/locks', { lockId: 1, name: 'Again', makeKey: true }],
      ['POST', '/locks/1/replace', { makeKey: true }],
      ['POST', '/locks/1/reflash', { keepKey: true }],
      ['PATCH', '/locks/1', { name: 'Again' }],
      ['PATCH', '/locks/1', { directions: 'Elsewhere' }],
      ['DELETE', '/locks/1/picture', undefined],
      ['GET', '/locks/1/sheet', undefined],
    ] as const) {
      const { status, body: told } = await site.owner((api) => api(method, path, body))
      expect({ path, status, told }).toMatchObject({ path, status: 410, told: { reason: 'lock-retired' } })
    }
    expect(await record(site, 1)).toMatchObject({ retiredAt: expect.any(String), goodKeys: 0, unsettledOpenings: [] })
  }
  await holds()
  expect(lock.actuations).toBe(1)
  await site.stopGateway()
  await site.startGateway()
  await holds()
  expect(await retire(site, 1)).toMatchObject({ event: null, keysRevoked: 0 })
  await expect(site.owner((api) => listLocks(api))).resolves.toEqual([])
  await expect(site.owner((api) => listLocks(api, { retired: true }))).resolves.toHaveLength(1)
})

test.each([{ restarts: false }, { restarts: true }])(
  'a retired lock may still say that it opened, and is given a receipt (the gateway restarts meanwhile: $restarts)',
  async ({ restarts }) => {
    await using site = await TestSite.start()
    const lock = await site.playLock(1)
    const link = await site.createKey(1, { maxUses: 1 })
    lock.setFaults({ mute: true })
    const lost = await site.open(link)
    expect(lost.body).toMatchObject({ reason: 'unconfirmed' })
    expect(await retire(site, 1)).toMatchObject({ unsettledOpenings: 1 })
    expect(await record(site, 1)).toMatchObject({ unsettledOpenings: [{ openingId: lost.body.openingId }] })
    if (restarts) {
      await site.stopGateway()
      await site.startGateway()
    }
    lock.setFaults({ mute: false })
    await site.untilState(lost.body.openingId, 'opened')
    await until('the lock has its receipt', () => lock.unreceiptedAcks === 0)
    expect(await site.key(link)).toMatchObject({ usedCount: 1, heldCount: 0, status: 'revoked', lockOnline: false })
    expect(await site.open(link)).toMatchObject({ status: 400, body: { reason: 'key-revoked' } })
    expect(lock.actuations).toBe(1)
    expect(await record(site, 1)).toMatchObject({ unsettledOpenings: [] })
  },
)

/** The real clock, but what comes once a minute or less often comes when a test says so. */
class MinutesByHand implements Clock {
  readonly #due = new Set<() => void>()
  readonly nowMs = realClock.nowMs
  readonly monotonicMs = realClock.monotonicMs
  startTimer(delayMs: number, run: () => void): () => void {
    if (delayMs < 60_000) return realClock.startTimer(delayMs, run)
    this.#due.add(run)
    return () => this.#due.delete(run)
  }

  passMinute(): void {
    const due = [...this.#due]
    this.#due.clear()
    for (const run of due) run()
  }
}

test('a retired lock stays connected until it has told what only it knows, and is cut off within a minute after that', async () => {
  const clock = new MinutesByHand()
  await using site = await TestSite.start({ clock })
  const lock = await site.playLock(1, { clock: realClock, faults: { mute: true } })
  let wentAway = false
  const cutOff = lock.waitFor('offline', 60_000).then(() => {
    wentAway = true
  })
  const lost = await site.open(await site.createKey(1))
  expect(lost.body).toMatchObject({ reason: 'unconfirmed' })
  expect(await retire(site, 1)).toMatchObject({ unsettledOpenings: 1 })
  clock.passMinute()
  lock.setFaults({ mute: false })
  await site.untilState(lost.body.openingId, 'opened')
  await until('the lock has its receipt', () => lock.unreceiptedAcks === 0)
  expect(wentAway).toBe(false)
  clock.passMinute()
  await cutOff
  await until('it is refused when it comes back', () => site.log.text.includes('"reason":"unknown-lock"'))
})

test('an opening that is under way when its lock is retired gets its true answer, and so does the one that waits behind it', async () => {
  await using site = await TestSite.start()
  const lock = await site.playLock(1, { faults: { lateMs: 800 } })
  const [link, other] = [await site.createKey(1), await site.createKey(1)]
  const opening = site.open(link)
  await lock.waitFor('heard')
  const waiting = site.open(other)
  // On its way there are a request and a look into the store.
  await pause(200)
  expect(await retire(site, 1)).toMatchObject({ unsettledOpenings: 1 })
  expect((await opening).status).toBe(303)
  expect(await waiting).toMatchObject({ status: 410, body: { reason: 'lock-retired' } })
  expect(await site.key(link)).toMatchObject({ usedCount: 1, heldCount: 0, status: 'revoked' })
  expect(lock.actuations).toBe(1)
})

test('a board that is replaced twice leaves each of its key pairs in the record, and the lock its number, name and keys', async () => {
  await using site = await TestSite.start()
  await site.playLock(1)
  const link = await site.createKey(1)
  expect(await record(site, 1)).toMatchObject({
    ...{ online: true, since: expect.any(String), goodKeys: 1, createdBy: 'owner' },
    lastHello: { firmware: expect.stringMatching(/./), bootId: expect.stringMatching(/^[\w-]{11}$/) },
  })
  for (const generation of [2, 3]) {
    const { status, body } = await site.owner((api) => api('POST', '/locks/1/replace', { makeKey: true }))
    expect({ status, body }).toMatchObject({ status: 200, body: { flashing: { keyGeneration: generation } } })
  }
  const wrong = await site.owner((api) => api('POST', '/locks/1/replace', { keepKey: true }))
  expect(wrong.status).toBe(400)
  const looked = async () => {
    const found = z
      .looseObject({ keyPairs: z.array(z.looseObject({ fingerprint: z.string(), replacedAt: z.string().nullable() })) })
      .parse(await record(site, 1))
    expect(found).toMatchObject({ name: 'Door 1', goodKeys: 1, keyGeneration: 3, since: null, lastHello: null })
    expect(found.keyPairs.map(({ replacedAt }) => replacedAt === null)).toEqual([false, false, true])
    expect(new Set(found.keyPairs.map(({ fingerprint }) => fingerprint)).size).toBe(3)
    const sheet = await site.owner((api) => api('GET', '/locks/1/sheet'))
    expect(sheet.body).toMatchObject({
      flashing: {
        ...{ keyGeneration: 3, password: null, privateKey: null, note: expect.stringMatching(/reflash 1 --keep-key/) },
        keyFingerprint: found.keyPairs.at(-1)?.fingerprint,
      },
    })
  }
  await looked()
  await site.stopGateway()
  await site.startGateway()
  await looked()
  expect(await site.key(link)).toMatchObject({ status: 'valid' })
})
