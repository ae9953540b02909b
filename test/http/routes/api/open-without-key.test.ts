import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { eventsAnswer, fieldsOf, reasonOf } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'

let site: ApiSite
let all: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  all = await site.service(SCOPES)
  return () => site.close()
})

const events = async (query = '', headers = all) =>
  eventsAnswer.parse((await site.ask('GET', `/locks/101/events${query}`, headers)).json())

describe('OpenLock', () => {
  const open = (body: object | undefined, headers = all) => site.ask('POST', '/locks/101/OpenLock', headers, body)

  test('is refused in time, though the disk keeps the record of it', async () => {
    const disk = Promise.withResolvers<void>()
    site.deps.open.store.recordDenial = () => disk.promise
    const answer = await site.ask('POST', '/locks/102/OpenLock', await site.service(['locks:open']), {})
    expect(answer.statusCode).toBe(403)
    disk.resolve()
  })

  test('is 200 after the lock has signed, and one open yields the vendor’s event, then ours', async () => {
    const answer = await open({ reason: 'fire drill', requestId: 'r-1' })
    expect(answer.statusCode).toBe(200)
    const event = {
      lockId: 101,
      uuid: site.locks.list()[0]?.uuid,
      reason: 'fire drill',
      requestId: 'r-1',
      timestamp: '2026-11-24T12:00:00.000Z',
    }
    expect(answer.json()).toEqual({
      success: true,
      aggregateId: '101',
      version: 2,
      event: { type: 'LockOpenRequested', data: event },
      openingId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      lockId: 101,
    })
    const { events: told } = await events()
    expect(told.map(({ type }) => type)).toEqual(['LockCreated', 'LockOpenRequested', 'LockOpened'])
    expect(told[1]?.event).toEqual(event)
    expect(site.link.sent).toHaveLength(1)
  })

  test('takes no body, an empty one, and nulls', async () => {
    for (const body of [undefined, {}, { reason: null, requestId: null }]) {
      expect((await open(body)).statusCode).toBe(200)
    }
  })

  test('joins what the same principal began, and its requestId gets the same answer for ever', async () => {
    const [one, two] = await Promise.all([open({}), open({})])
    expect(one.json()).toMatchObject({
      openingId: z.looseObject({ openingId: z.string() }).parse(two.json()).openingId,
    })
    expect(site.link.sent).toHaveLength(1)
    const asked = { requestId: 'same', reason: 'x' }
    const first = await open(asked, await site.user())
    const again = await open(asked, await site.user())
    expect(site.link.sent).toHaveLength(2)
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(reasonOf(await open({ requestId: 'same', reason: 'y' }, await site.user()))).toBe('idempotency-mismatch')
    // Another principal's requestId is another request.
    expect((await open({ requestId: 'same', reason: 'y' })).statusCode).toBe(200)
  })

  test('gets the same answer for its Idempotency-Key too, as a tap does', async () => {
    const withKey = (body: object, key: string) => open(body, { ...all, 'idempotency-key': key })
    const first = await withKey({ reason: 'x' }, 'same')
    const again = await withKey({ reason: 'x' }, 'same')
    expect(site.link.sent).toHaveLength(1)
    expect(again.json()).toEqual(first.json())
    expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true'])
    expect(reasonOf(await withKey({ reason: 'y' }, 'same'))).toBe('idempotency-mismatch')
    expect(fieldsOf(await withKey({ reason: 'x' }, 'x'.repeat(65)))).toEqual(['idempotency-key'])
    expect(site.link.sent).toHaveLength(1)
  })

  test('is known by its requestId where it has both: a tool may make a new Idempotency-Key for each try', async () => {
    const asked = { requestId: 'same' }
    const first = await open(asked, { ...all, 'idempotency-key': 'try-1' })
    const again = await open(asked, { ...all, 'idempotency-key': 'try-2' })
    expect(site.link.sent).toHaveLength(1)
    expect([again.json(), again.headers['idempotency-replayed']]).toEqual([first.json(), 'true'])
  })

  test.each<[number, string, () => void]>([
    [
      503,
      'lock-offline',
      () => {
        site.link.online = false
      },
    ],
    [
      503,
      'lock-offline',
      () => {
        site.link.whim = 'not-sent'
      },
    ],
    [
      502,
      'lock-refused',
      () => {
        site.link.whim = { result: 'refused', reason: 'lockdown' }
      },
    ],
    [
      502,
      'lock-jammed',
      () => {
        site.link.whim = { result: 'jammed' }
      },
    ],
    [
      504,
      'unconfirmed',
      () => {
        site.link.whim = 'silent'
      },
    ],
    [503, 'shutting-down', () => site.shutDown()],
  ])('is %i %s when that is what came of it', async (status, reason, happen) => {
    happen()
    const answer = await open({})
    expect([answer.statusCode, reasonOf(answer)]).toEqual([status, reason])
  })

  test('of somebody else’s lock opens nothing, and is an event of that door', async () => {
    const answer = await open({}, await site.service(SCOPES, 'other'))
    expect(reasonOf(answer)).toBe('wrong-organization')
    expect(reasonOf(await site.ask('POST', '/locks/999/OpenLock', all, {}))).toBe('lock-not-found')
    expect(site.link.sent).toHaveLength(0)
    expect((await events()).events.at(-1)).toMatchObject({
      type: 'AccessDenied',
      event: { reason: 'wrong-organization', principal: expect.stringMatching(/^organization:other/) },
    })
  })

  test.each<[object, string[]]>([
    [{ requestId: 5, reason: 7, request_id: 'x' }, ['reason', 'requestId', 'request_id']],
    [{ requestId: 'x'.repeat(1_001), reason: 'x'.repeat(2_001) }, ['reason', 'requestId']],
  ])('is 400 for %j', async (body, fields) => {
    expect(fieldsOf(await open(body))).toEqual(fields)
    expect(site.link.sent).toHaveLength(0)
  })
})
