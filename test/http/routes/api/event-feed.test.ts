import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { OWNER, SCOPES } from '#domain/access/caller.ts'
import { feedCursor } from '#http/shapes/feed-cursor.ts'
import { EventStreams } from '#http/streams/event-streams.ts'
import { parseLockId } from '#protocol/ids.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { EventReader } from '#test/http/support/event-reader.ts'
import { NOW_MS, present } from '#test/http/support/route-samples.ts'
import { org, user } from '#test/support/ids.ts'

let site: ApiSite
let acme: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  acme = await site.service(SCOPES)
  return () => site.close()
})

const page = z.strictObject({
  events: z.array(z.looseObject({ aggregateId: z.string(), version: z.int(), type: z.string() })),
  nextCursor: z.string(),
  more: z.boolean(),
})
const read = async (query = '', headers = acme) =>
  page.parse((await site.ask('GET', `/events${query}`, headers)).json())
const makeKey = (lock = 101, headers = acme) => site.ask('POST', `/locks/${lock}/create-temp-key`, headers, keyBody())

describe('the feed', () => {
  test('tells what happened at the caller’s locks in the order of commits, page by page', async () => {
    const other = await site.service(SCOPES, 'other')
    for (let count = 0; count < 5; count += 1) {
      await makeKey(101)
      await makeKey(102, other)
    }
    const told: [string, number][] = []
    let cursor = ''
    for (;;) {
      const { events, nextCursor, more } = await read(`?limit=2${cursor}`)
      told.push(...events.map(({ aggregateId, version }): [string, number] => [aggregateId, version]))
      cursor = `&after=${nextCursor}`
      if (!more) break
    }
    expect(told).toEqual([1, 2, 3, 4, 5, 6].map((version) => ['101', version]))
    expect((await read(`?limit=2${cursor}`)).events).toEqual([])
    await makeKey()
    expect((await read(`?limit=2${cursor}`)).events).toHaveLength(1)
    const both = (await read('', await site.user())).events.map(({ aggregateId }) => aggregateId)
    expect(both.filter((id) => id === '102')).toHaveLength(6)
    expect(both.slice(2)).toEqual(
      Array.from({ length: 5 }, () => ['101', '102'])
        .flat()
        .concat('101'),
    )
  })

  test.each([
    ['?after=x', 'after'],
    ['?after=', 'after'],
    [`?after=${Buffer.from('1:01').toString('base64url')}`, 'after'],
    [`?after=${feedCursor(999)}`, 'after'],
    ['?limit=0', 'limit'],
    ['?limit=501', 'limit'],
    ['?limit=1&limit=2', 'limit'],
  ])('%s is 400 naming %s', async (query, field) => {
    const answer = await site.ask('GET', `/events${query}`, acme)
    expect(answer.statusCode).toBe(400)
    expect(errorAnswer.parse(answer.json()).details?.map((detail) => detail.field)).toEqual([field])
  })

  test('is read by one caller ten times at once at most, and by others still', async () => {
    const asked = Array.from({ length: 20 }, () => site.ask('GET', '/events', acme))
    const other = site.ask('GET', '/events', await site.user())
    const statuses = (await Promise.all(asked)).map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 503)).toHaveLength(10)
    expect((await other).statusCode).toBe(200)
    expect((await site.ask('GET', '/events', acme)).statusCode).toBe(200)
  })

  test('names no key to whoever may not read keys', async () => {
    const body = keyBody()
    await site.ask('POST', '/locks/101/create-temp-key', acme, body)
    const auditor = await site.service(['audit:read'])
    expect((await site.ask('GET', '/events', auditor)).body).not.toContain(body.tempKeyUuid)
    expect((await site.ask('GET', '/events', acme)).body).toContain(body.tempKeyUuid)
  })
})

describe('the stream', () => {
  const readers: EventReader[] = []
  let url: string
  beforeEach(async () => {
    await site.app.listen({ host: '127.0.0.1', port: 0 })
    const address = site.app.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    url = `http://127.0.0.1:${address.port}/events`
  })
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.close())))
  const follow = async (headers: Record<string, string> = acme, lastEventId?: string): Promise<EventReader> => {
    const reader = await EventReader.open(url, { ...headers, ...(lastEventId && { 'last-event-id': lastEventId }) })
    readers.push(reader)
    return reader
  }

  test('begins at the beginning, goes on with what happens, and resumes after the last id', async () => {
    const reader = await follow()
    expect((await reader.next()).type).toBe('LockCreated')
    await makeKey()
    const second = await reader.next()
    expect(second).toMatchObject({ type: 'TempKeyCreated', version: 2 })
    await reader.close()
    await makeKey()
    const resumed = await follow(acme, reader.lastEventId)
    expect(await resumed.next()).toMatchObject({ type: 'TempKeyCreated', version: 3 })
  })

  test('with an id that is none, or of the future, is 400', async () => {
    for (const id of ['nonsense', feedCursor(10_000)]) {
      const answer = await fetch(url, { headers: { ...acme, accept: 'text/event-stream', 'last-event-id': id } })
      expect(answer.status).toBe(400)
      expect(errorAnswer.parse(await answer.json()).details?.[0]?.field).toBe('last-event-id')
    }
  })

  test('ends with the credential that it was opened by', async () => {
    const { apiKey, key } = await site.apiKeys.create({
      ...{ organization: org('acme'), name: 'x', scopes: ['audit:read'], expiresAtMs: null },
    })
    const reader = await follow({ 'x-api-key': apiKey })
    await reader.next()
    await site.apiKeys.revoke(key.id)
    await makeKey()
    await reader.ended
  })

  test('tells nothing more of a lock that was given away', async () => {
    const reader = await follow()
    await reader.next()
    await site.ask('POST', '/locks/101/SetOrganization', acme, { orgId: 'other' })
    await makeKey(101, await site.service(SCOPES, 'other'))
    const created = await site.ask('POST', '/locks/7/CreateLock', acme, {
      index: 1,
      uuid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    })
    expect(created.statusCode).toBe(201)
    expect(await reader.next()).toMatchObject({ aggregateId: '7', type: 'LockCreated' })
  })

  test('names no owner, past or present, to whoever may not read keys: in the stream, in pages and in lists alike', async () => {
    const uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
    await site.ask('POST', '/locks/7/CreateLock', acme, { index: 1, uuid, ownerId: 'zoe' })
    await site.ask('POST', '/locks/7/SetOwner', acme, { userId: 'yves' })
    await site.store.updateLock({
      lockId: present(parseLockId('7')),
      changes: { owner: user('xaver') },
      by: { kind: 'owner' },
      atMs: NOW_MS,
    })
    const auditor = await site.service(['audit:read'])
    const reader = await follow(auditor)
    const streamed = [await reader.next(), await reader.next(), await reader.next(), await reader.next()]
    expect(streamed.map(({ type }) => type)).toEqual(['LockCreated', 'LockCreated', 'OwnerSet', 'LockUpdated'])
    const texts = [
      JSON.stringify(streamed),
      (await site.ask('GET', '/events', auditor)).body,
      (await site.ask('GET', '/locks/7/events', auditor)).body,
    ]
    for (const text of texts) expect(text).not.toMatch(/zoe|yves|xaver/)
    for (const name of ['zoe', 'yves', 'xaver']) {
      expect((await site.ask('GET', '/locks/7/events', acme)).body).toContain(name)
    }
  })

  test('is opened by one caller ten times at most, and by others still', async () => {
    for (let count = 0; count < 10; count += 1) await follow()
    const refused = await fetch(url, { headers: { ...acme, accept: 'text/event-stream' } })
    expect(refused.status).toBe(503)
    await refused.body?.cancel()
    await (await follow(await site.user())).next()
    await readers[0]?.close()
    await expect
      .poll(
        async () =>
          await follow().then(
            () => true,
            () => false,
          ),
      )
      .toBe(true)
  })

  test('of somebody who may see nothing is 403, and takes no place from those who may', async () => {
    const open = (headers: Record<string, string>) =>
      fetch(url, { headers: { ...headers, accept: 'text/event-stream' } })
    for (let count = 0; count < 20; count += 1) {
      const answer = await open(await site.user({ sub: `stranger-${count}` }))
      expect(errorAnswer.parse(await answer.json())).toMatchObject({ code: 403, reason: 'not-owner' })
    }
    const empty = await open(await site.service(SCOPES, 'nobody'))
    expect(errorAnswer.parse(await empty.json())).toMatchObject({ code: 403, reason: 'wrong-organization' })
    // Asked once, without a stream, it is no fault to have seen nothing yet.
    expect((await read('', await site.user({ sub: 'stranger-1' }))).events).toEqual([])
    expect((await (await follow()).next()).type).toBe('LockCreated')

    await site.ask('POST', '/locks/101/SetOrganization', acme, { orgId: 'other' })
    const former = await open(acme)
    expect(former.status).toBe(403)
    await former.body?.cancel()
  })

  test('is opened fifty times by one network, whatever its credentials, and by other networks still', () => {
    const { feed, open } = site.deps
    const streams = new EventStreams({ feed, clock: open.clock, log: open.log })
    const from = (ip: string, name: string) =>
      streams.open({
        ...{ afterSeq: 0, ip, render: () => '', page: async () => ({ events: [], lastSeq: 0, more: false }) },
        caller: { ...OWNER, principal: { kind: 'service', organization: org(name) } },
      })
    for (let count = 0; count < 50; count += 1) expect(from('192.0.2.1', `org-${count}`)).not.toBe('too-many')
    expect(from('192.0.2.1', 'another')).toBe('too-many')
    expect(from('192.0.2.2', 'another')).not.toBe('too-many')
    streams.close()
  })

  test('lets a reader that reads nothing wait, keeps little for it, and misses nothing when it reads again', async () => {
    for (let count = 0; count < 300; count += 1) {
      const body = keyBody({
        accessMode: 'user-whitelist',
        allowedUserIds: Array.from({ length: 60 }, (_, n) => `user-${'x'.repeat(90)}-${n}`),
      })
      await site.ask('POST', '/locks/101/create-temp-key', acme, body)
    }
    const reader = await follow()
    // Turns enough for a stream that kept everything to have taken all of it.
    for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    for (let version = 1; version <= 301; version += 1) expect((await reader.next()).version).toBe(version)
  })
})
