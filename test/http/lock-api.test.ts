import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/caller.ts'
import { parseOpeningId } from '#protocol/ids.ts'
import { until } from '#test/support/until.ts'
import { commandAnswer, errorAnswer } from './support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from './support/api-site.ts'
import { NOW_MS, present } from './support/fake-site.ts'

let site: ApiSite
let all: Record<string, string>
const sites: ApiSite[] = []
beforeEach(async () => {
  site = await startApiSite()
  sites.push(site)
  all = await site.service(SCOPES)
})
afterAll(() => Promise.all(sites.map((each) => each.close())))

const post = (url: string, body: object, headers = all) => site.ask('POST', url, headers, body)
const fieldsOf = (answer: { json(): unknown }) =>
  errorAnswer
    .parse(answer.json())
    .details?.map(({ field }) => field)
    .toSorted()
const reasonOf = (answer: { json(): unknown }) => errorAnswer.parse(answer.json()).reason
const eventsAnswer = z.looseObject({
  totalEvents: z.int(),
  page: z.int(),
  totalPages: z.int(),
  events: z.array(z.looseObject({ version: z.int(), type: z.string(), event: z.looseObject({}) })),
})
const events = async (query = '', headers = all) =>
  eventsAnswer.parse((await site.ask('GET', `/locks/101/events${query}`, headers)).json())

describe('a key', () => {
  const made = async (difference: object = {}) => {
    const body = keyBody(difference)
    expect((await post('/locks/101/create-temp-key', body)).statusCode).toBe(200)
    return body
  }
  const update = (uuid: string, changes: object) =>
    post('/locks/101/update-temp-key', { tempKeyUuid: uuid, ...changes })
  const listed = async (query = '') =>
    z
      .looseObject({ tempKeys: z.array(z.looseObject({ uuid: z.string() })), nextCursor: z.string().nullable() })
      .parse((await site.ask('GET', `/locks/101/temp-keys${query}`, all)).json())

  test('is changed in what is named alone, with an event that says what', async () => {
    const { tempKeyUuid } = await made({ description: 'plumber' })
    const answer = await update(tempKeyUuid, { validUntil: '2026-11-26T00:00:00Z', maxUses: null })
    expect(commandAnswer.parse(answer.json())).toEqual({
      success: true,
      aggregateId: '101',
      version: 3,
      tempKeyUuid,
      event: {
        type: 'TempKeyUpdated',
        data: {
          tempKeyUuid,
          lockId: 101,
          lockUuid: site.locks.list()[0]?.uuid,
          changes: { validUntil: '2026-11-26T00:00:00.000Z', maxUses: null },
          updatedBy: expect.stringMatching(/^organization:acme\/api-key:[0-9a-f]{16}$/),
          timestamp: '2026-11-24T12:00:00.000Z',
        },
      },
    })
    expect((await listed()).tempKeys).toEqual([
      expect.objectContaining({
        uuid: tempKeyUuid,
        validFrom: '2026-11-24T00:00:00.000Z',
        validUntil: '2026-11-26T00:00:00.000Z',
        maxUses: null,
        description: 'plumber',
        accessMode: 'public',
      }),
    ])
  })

  test('changed to what it is already changes nothing, and there is no event', async () => {
    const { tempKeyUuid } = await made({ accessMode: 'user-whitelist', allowedUserIds: ['a', 'b'] })
    for (const same of [
      {},
      { maxUses: 3 },
      { allowedUserIds: ['b', 'a'] },
      { validFrom: '2026-11-24T00:00:00.000Z' },
    ]) {
      const answer = await update(tempKeyUuid, same)
      expect(commandAnswer.parse(answer.json())).toMatchObject({ event: null, version: 2 })
    }
    expect((await events()).totalEvents).toBe(2)
  })

  test.each<[object, string[]]>([
    [{ validUntil: '2026-11-24T00:00:00Z' }, ['validUntil']],
    [{ validUntil: '2026-11-23T00:00:00Z' }, ['validUntil']],
    [{ validFrom: '2026-11-25T00:00:00Z' }, ['validFrom']],
    [{ validFrom: '2026-12-01T00:00:00Z', validUntil: '2026-11-30T00:00:00Z' }, ['validUntil']],
    [{ allowedUserIds: ['alice'] }, ['allowedUserIds']],
    [
      { validFrom: null, validUntil: '2026-11-26', maxUses: 0, accessMode: 'private', allowedUserIds: 'a', x: 1 },
      ['accessMode', 'allowedUserIds', 'maxUses', 'validFrom', 'validUntil', 'x'],
    ],
    [{ validUntil: '2026-11-26T00:00:00+01:00' }, ['validUntil']],
    [{ allowedUserIds: ['', 'a\u0000b'], accessMode: 'user-whitelist' }, ['allowedUserIds.0', 'allowedUserIds.1']],
    [{ maxUses: '3' }, ['maxUses']],
    [{ maxUses: 1.5 }, ['maxUses']],
  ])('is not changed by %j, which is 400 naming the fields', async (changes, fields) => {
    const { tempKeyUuid } = await made()
    const before = await listed()
    const answer = await update(tempKeyUuid, changes)
    expect(answer.statusCode).toBe(400)
    expect(fieldsOf(answer)).toEqual(fields.toSorted())
    expect(await listed()).toEqual(before)
    expect((await events()).totalEvents).toBe(2)
  })

  test('with its uses lowered below what is used is used up', async () => {
    const { tempKeyUuid } = await made()
    const opened = async () =>
      z.looseObject({ openingId: z.string() }).parse((await site.ask('POST', `/temp-keys/${tempKeyUuid}/open`)).json())
        .openingId
    const first = await opened()
    await until('the joining time is over', async () => (await opened()) !== first)
    expect((await update(tempKeyUuid, { maxUses: 1 })).statusCode).toBe(200)
    const tap = () => site.ask('POST', `/temp-keys/${tempKeyUuid}/open`)
    await until('nobody joins any more', async () => (await tap()).statusCode !== 303)
    expect(reasonOf(await site.ask('POST', `/temp-keys/${tempKeyUuid}/open`))).toBe('key-used-up')
  })

  test('for certain users can lose them all, and is then for nobody', async () => {
    const { tempKeyUuid } = await made({ accessMode: 'user-whitelist', allowedUserIds: ['alice'] })
    expect((await update(tempKeyUuid, { allowedUserIds: [] })).statusCode).toBe(200)
    const answer = await site.ask('POST', `/temp-keys/${tempKeyUuid}/open`, await site.user())
    expect(reasonOf(answer)).toBe('not-whitelisted')
  })

  test('of another lock, of nobody, or revoked is not changed', async () => {
    const { tempKeyUuid } = await made()
    const elsewhere = await site.user()
    const onOther = await post('/locks/102/update-temp-key', { tempKeyUuid, maxUses: 9 }, elsewhere)
    expect(reasonOf(onOther)).toBe('key-not-found')
    expect(reasonOf(await update(randomUUID(), { maxUses: 9 }))).toBe('key-not-found')
    expect(reasonOf(await post('/locks/102/delete-temp-key', { tempKeyUuid }, elsewhere))).toBe('key-not-found')
    await post('/locks/101/delete-temp-key', { tempKeyUuid })
    const revoked = await update(tempKeyUuid, { maxUses: 9 })
    expect([revoked.statusCode, reasonOf(revoked)]).toEqual([400, 'key-revoked'])
  })

  test('is deleted once, by either route', async () => {
    const { tempKeyUuid } = await made()
    const first = await post('/locks/101/delete-temp-key', { tempKeyUuid })
    expect(commandAnswer.parse(first.json())).toMatchObject({
      event: { type: 'TempKeyDeleted', data: { tempKeyUuid, lockId: 101, timestamp: '2026-11-24T12:00:00.000Z' } },
    })
    for (const again of [
      await post('/locks/101/delete-temp-key', { tempKeyUuid }),
      await site.ask('DELETE', `/temp-keys/${tempKeyUuid}`, all),
    ]) {
      expect(again.json()).toMatchObject({ success: true, event: null, alreadyRevoked: true })
    }
    expect(reasonOf(await site.ask('POST', `/temp-keys/${tempKeyUuid}/open`))).toBe('key-revoked')
    expect(reasonOf(await post('/locks/101/create-temp-key', { ...keyBody({ maxUses: 7 }), tempKeyUuid }))).toBe(
      'invalid-request',
    )
  })

  test('of somebody else’s lock is 403 and stays', async () => {
    const { tempKeyUuid } = await made()
    const stranger = await site.service(SCOPES, 'other')
    for (const answer of [
      await site.ask('DELETE', `/temp-keys/${tempKeyUuid}`, stranger),
      await post('/locks/101/delete-temp-key', { tempKeyUuid }, stranger),
      await post('/locks/101/update-temp-key', { tempKeyUuid, maxUses: null }, stranger),
      await post('/locks/101/create-temp-key', keyBody(), stranger),
      await site.ask('GET', '/locks/101/temp-keys', stranger),
    ]) {
      expect([answer.statusCode, reasonOf(answer)]).toEqual([403, 'wrong-organization'])
    }
    expect((await listed()).tempKeys).toHaveLength(1)
  })

  test('is listed by its status in full pages', async () => {
    const expired = { validFrom: '2026-11-01T00:00:00Z', validUntil: '2026-11-02T00:00:00Z' }
    const wanted: string[] = []
    for (let index = 0; index < 9; index += 1) {
      const { tempKeyUuid } = await made(index % 3 === 0 ? {} : expired)
      if (index % 3 === 0) wanted.push(tempKeyUuid)
    }
    const first = await listed('?status=valid&limit=2')
    expect(first.tempKeys.map(({ uuid }) => uuid)).toEqual(wanted.slice(0, 2))
    const second = await listed(`?status=valid&limit=2&cursor=${first.nextCursor}`)
    expect(second.tempKeys.map(({ uuid }) => uuid)).toEqual(wanted.slice(2))
    expect(second.nextCursor).toBeNull()
    expect((await listed('?status=expired')).tempKeys).toHaveLength(6)
    expect((await listed('?status=not-yet-valid')).tempKeys).toEqual([])
  })

  test.each(['?cursor=abc', '?cursor=1&cursor=2', '?status=all', '?limit=0'])('list %s is 400', async (query) => {
    expect((await site.ask('GET', `/locks/101/temp-keys${query}`, all)).statusCode).toBe(400)
  })

  test('is not created by a body that is broken, too long, or another thing altogether', async () => {
    const send = (payload: string, type = 'application/json') =>
      site.app.inject({
        method: 'POST',
        url: '/locks/101/create-temp-key',
        headers: { ...all, 'content-type': type },
        payload,
      })
    for (const [payload, status] of [
      ['{"tempKeyUuid":', 400],
      ['[]', 400],
      ['', 400],
      ['null', 400],
      ['[['.repeat(50), 400],
      ['{"__proto__":{"accessMode":"public"}}', 400],
      [`{"description":"${'x'.repeat(8_193)}"}`, 413],
    ] as const) {
      expect((await send(payload)).statusCode).toBe(status)
    }
    expect((await send(Buffer.from('{}', 'utf16le').toString('latin1'))).statusCode).toBe(400)
    expect((await send('<xml/>', 'text/xml')).statusCode).toBe(415)
    expect((await listed('?include=revoked')).tempKeys).toEqual([])
  })
})

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
    [{ requestId: '', reason: 7, x: 1 }, ['reason', 'requestId', 'x']],
    [{ requestId: 'x'.repeat(65), reason: 'a\nb' }, ['reason', 'requestId']],
  ])('is 400 for %j', async (body, fields) => {
    expect(fieldsOf(await open(body))).toEqual(fields)
    expect(site.link.sent).toHaveLength(0)
  })
})

describe('a lock', () => {
  const UUID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
  const create = (body: object, headers = all, id = 7) => post(`/locks/${id}/CreateLock`, body, headers)

  test('is created by the vendor’s clients before it is at hand, once', async () => {
    const body = { index: 42, uuid: UUID, serialNumber: 'SPK-1', vendorName: 'Vendor', ownerId: 'bob', keys: [] }
    const first = await create(body)
    expect(first.statusCode).toBe(201)
    expect(first.json()).toEqual({
      success: true,
      aggregateId: '7',
      version: 1,
      event: {
        type: 'LockCreated',
        data: {
          ...{
            lockId: 7,
            uuid: UUID,
            index: 42,
            serialNumber: 'SPK-1',
            vendorName: 'Vendor',
            ownerId: 'bob',
            keys: [],
          },
          timestamp: '2026-11-24T12:00:00.000Z',
        },
      },
    })
    const again = await create({ index: 42, uuid: UUID.toUpperCase() })
    expect([again.statusCode, again.json()]).toEqual([
      200,
      { success: true, aggregateId: '7', version: 1, event: null },
    ])
    expect(fieldsOf(await create({ ...body, index: 43, uuid: randomUUID() }))).toEqual(['index', 'uuid'])
    expect(fieldsOf(await create({ index: 1, uuid: UUID }, all, 8))).toEqual(['uuid'])
  })

  test('that was created so can’t be opened until it has a key', async () => {
    await create({ index: 1, uuid: UUID })
    const details = await site.ask('GET', '/locks/7/details', all)
    expect(details.json()).toEqual({
      ...{ id: '7', lockId: 7, uuid: UUID, version: 1, keys: [], residents: [], orgId: 'acme', organizationId: 'acme' },
      ...{ r2Prefix: '', timestamp: '2026-11-24T12:00:00.000Z' },
    })
    const owner = await startApiSite('owner')
    sites.push(owner)
    await owner.ask('POST', '/locks/7/CreateLock', {}, { index: 1, uuid: UUID, serialNumber: 'S' })
    expect((await owner.ask('GET', '/locks/7/public-key')).statusCode).toBe(400)
    const PEM = '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n'
    const add = () => owner.ask('POST', '/locks', {}, { lockId: 7, name: 'Cellar', publicKeyPem: PEM })
    const added = await add()
    expect(added.json()).toMatchObject({
      lock: { lockId: 7, uuid: UUID, name: 'Cellar', keyMadeBy: 'lock' },
      flashing: { password: 'printed-once' },
    })
    expect((await add()).statusCode).toBe(400)
    expect((await owner.store.findLock(owner.locks.list()[0]?.lockId ?? expect.fail()))?.vendor).toBeDefined()
  })

  test('that changes hands when it gets its key keeps no owner whom the former organization named', async () => {
    const owner = await startApiSite('owner')
    sites.push(owner)
    await owner.ask('POST', '/locks/7/CreateLock', {}, { index: 1, uuid: UUID, ownerId: 'mallory' })
    await owner.ask('POST', '/locks/7/SetOrganization', {}, { orgId: 'other' })
    const publicKeyPem = '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n'
    const added = await owner.ask(
      'POST',
      '/locks',
      {},
      { lockId: 7, name: 'Cellar', organization: 'acme', publicKeyPem },
    )
    expect(added.json()).toMatchObject({ lock: { organization: 'acme', owner: null } })
  })

  test('is created only while few wait for their key, and what was created stays a success', async () => {
    const uuids = [1, 2, 3, 4].map(() => randomUUID())
    const nth = (n: number, headers = all) => create({ index: 1, uuid: uuids[n - 1] }, headers, 10 + n)
    for (const n of [1, 2, 3]) expect((await nth(n)).statusCode).toBe(201)
    const again = await site.service(['locks:admin'])
    for (const headers of [all, again]) {
      const refused = errorAnswer.parse((await nth(4, headers)).json())
      expect(refused).toMatchObject({ code: 403, reason: 'too-many-prepared-locks' })
      expect(refused.message).toMatch(/^You have created 3 locks that have no key yet/)
    }
    expect((await nth(3, again)).json()).toMatchObject({ success: true, event: null })
    expect((await site.ask('GET', '/locks/14/details', all)).statusCode).toBe(404)
    const other = await site.service(['locks:admin'], 'other')
    for (const n of [5, 6]) {
      expect((await create({ index: 1, uuid: randomUUID() }, other, 10 + n)).statusCode).toBe(201)
    }
    const full = errorAnswer.parse((await create({ index: 1, uuid: randomUUID() }, other, 17)).json())
    expect(full.message).toMatch(/^Programs have created 5 locks/)
    expect(site.preparedRefusals).toEqual([
      expect.stringMatching(/^caller organization:acme\/api-key:/),
      expect.stringMatching(/^caller organization:acme\/api-key:/),
      expect.stringMatching(/^site organization:other\/api-key:/),
    ])
  })

  test('of another organization is not taken, nor given to a user by another', async () => {
    expect(reasonOf(await create({ index: 1, uuid: UUID }, await site.service(['locks:admin'], 'other'), 101))).toBe(
      'wrong-organization',
    )
    const admin = await site.user({ scope: 'locks:admin', sub: 'bob' })
    expect(reasonOf(await create({ index: 1, uuid: UUID, ownerId: 'carol' }, admin))).toBe('not-owner')
    expect((await create({ index: 1, uuid: UUID }, admin)).statusCode).toBe(201)
  })

  test.each<[object, string[]]>([
    [{}, ['index', 'uuid']],
    [
      { index: -1, uuid: 'x', serialNumber: 5, ownerId: '', keys: {}, x: 1 },
      ['index', 'keys', 'ownerId', 'serialNumber', 'uuid', 'x'],
    ],
  ])('is not created by %j', async (body, fields) => {
    expect(fieldsOf(await create(body))).toEqual(fields)
  })

  test('is given to a user and to an organization, each with its event, and then commanded by them', async () => {
    const owned = await post('/locks/101/SetOwner', { userId: 'bob' })
    expect(owned.json()).toMatchObject({
      event: { type: 'OwnerSet', data: { lockId: 101, userId: 'bob', timestamp: '2026-11-24T12:00:00.000Z' } },
    })
    expect((await post('/locks/101/SetOwner', { ownerId: 'bob' })).json()).toMatchObject({ event: null })
    expect((await site.ask('GET', '/locks/101/details', await site.user({ sub: 'bob' }))).statusCode).toBe(200)
    expect((await site.ask('GET', '/locks/101/details', await site.user())).statusCode).toBe(403)
    const moved = await post('/locks/101/SetOrganization', { orgId: 'other' })
    expect(moved.json()).toMatchObject({ event: { type: 'OrganizationSet', data: { lockId: 101, orgId: 'other' } } })
    expect((await site.ask('GET', '/locks/101/details', all)).statusCode).toBe(403)
  })

  test.each<[string, object, string[]]>([
    ['SetOwner', {}, ['userId']],
    ['SetOwner', { userId: 'a', ownerId: 'b' }, ['userId']],
    ['SetOwner', { userId: '' }, ['userId']],
    ['SetOrganization', { orgId: '', organizationId: 'x' }, ['orgId', 'organizationId']],
  ])('%s is 400 for %j', async (command, body, fields) => {
    expect(fieldsOf(await post(`/locks/101/${command}`, body))).toEqual(fields)
  })

  test('is listed to whoever may see it, with its last opening, in pages and filtered', async () => {
    const list = async (query: string, headers = all) =>
      z
        .looseObject({ locks: z.array(z.looseObject({ lockId: z.int() })), nextCursor: z.string().nullable() })
        .parse((await site.ask('GET', `/locks${query}`, headers)).json())
    const alice = await site.user()
    expect((await list('')).locks.map(({ lockId }) => lockId)).toEqual([101])
    expect((await list('', alice)).locks.map(({ lockId }) => lockId)).toEqual([101, 102])
    expect((await list('', await site.user({ sub: 'bob' }))).locks).toEqual([])
    await site.ask('POST', '/locks/101/OpenLock', all)
    expect((await list('')).locks[0]).toMatchObject({
      ...{ name: 'Door 101', online: true, door: 'closed', batteryPercent: 80, version: 3 },
      lastOpening: { state: 'opened' },
    })
    const page = await list('?limit=1', alice)
    expect(page).toMatchObject({ locks: [{ lockId: 101 }], nextCursor: '101' })
    expect(await list('?limit=1&cursor=101', alice)).toMatchObject({ locks: [{ lockId: 102 }], nextCursor: null })
    expect((await list('?name=DOOR%20102', alice)).locks).toHaveLength(1)
    expect((await list('?online=false', alice)).locks).toHaveLength(0)
    expect((await list('?area=cellar', alice)).locks).toHaveLength(0)
    expect((await site.ask('GET', '/locks?online=yes&limit=201', alice)).statusCode).toBe(400)
  })

  test('tells what an operator wrote of its last opening only to whoever may read keys', async () => {
    site.link.whim = 'silent'
    const { openingId } = z.looseObject({ openingId: z.string() }).parse((await post('/locks/101/OpenLock', {})).json())
    const by = { kind: 'owner' } as const
    const decision = { openingId: present(parseOpeningId(openingId)), state: 'released', by, atMs: NOW_MS } as const
    await site.store.decide({ ...decision, reason: 'Ann called' })
    const last = async (headers: Record<string, string>) =>
      z
        .looseObject({ locks: z.tuple([z.looseObject({ lastOpening: z.looseObject({ state: z.string() }) })]) })
        .parse((await site.ask('GET', '/locks', headers)).json()).locks[0].lastOpening
    expect(await last(all)).toMatchObject({ openingId, state: 'released', reason: 'Ann called' })
    const without = await site.service(['locks:read', 'audit:read'])
    expect(await last(without)).toMatchObject({ openingId, state: 'released', reason: null })
  })

  test('tells its basic info in the vendor’s shape', async () => {
    expect((await site.ask('GET', '/locks/101/basic-info', all)).json()).toEqual({
      ...{ id: '101', lockId: 101, uuid: site.locks.list()[0]?.uuid, version: 1, r2Prefix: '' },
    })
  })

  test('has no use of a key but by an opening', async () => {
    const answer = await post('/locks/101/use-temp-key', { tempKeyUuid: randomUUID() })
    expect([answer.statusCode, reasonOf(answer)]).toEqual([501, 'not-supported'])
  })
})

describe('the events of a lock', () => {
  test('come ten a page, the newest page by default, in order and without a gap', async () => {
    const bodies = Array.from({ length: 12 }, () => keyBody())
    for (const body of bodies) await post('/locks/101/create-temp-key', body)
    const newest = await events()
    expect(newest).toMatchObject({ aggregateId: '101', totalEvents: 13, page: 2, pageSize: 10, totalPages: 2 })
    expect(newest.events.map(({ version }) => version)).toEqual([11, 12, 13])
    const first = await events('?page=1')
    expect(first.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(first.events[1]).toEqual({
      ...{ aggregateType: 'lock', aggregateId: '101', version: 2, type: 'TempKeyCreated', orgId: 'acme' },
      timestamp: '2026-11-24T12:00:00.000Z',
      event: {
        ...{ tempKeyUuid: bodies[0]?.tempKeyUuid, lockId: 101, lockUuid: site.locks.list()[0]?.uuid },
        ...{ accessMode: 'public', allowedUserIds: [], maxUses: 3, createdBy: expect.any(String) },
        ...{ validFrom: '2026-11-24T00:00:00.000Z', validUntil: '2026-11-25T00:00:00.000Z' },
        timestamp: '2026-11-24T12:00:00.000Z',
      },
    })
    expect((await events('?page=3')).events).toEqual([])
    for (const query of ['?page=0', '?page=-1', '?page=1&page=2', '?page=x']) {
      expect((await site.ask('GET', `/locks/101/events${query}`, all)).statusCode).toBe(400)
    }
  })

  test('of a tap are the vendor’s request, ours, and the vendor’s use', async () => {
    const body = keyBody()
    await post('/locks/101/create-temp-key', body)
    await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`)
    const { events: told } = await events()
    expect(told.slice(2).map(({ type }) => type)).toEqual(['LockOpenRequested', 'LockOpened', 'TempKeyUsed'])
    expect(told.at(-1)?.event).toEqual({
      ...{ tempKeyUuid: body.tempKeyUuid, lockId: 101, lockUuid: site.locks.list()[0]?.uuid, usedCount: 1 },
      timestamp: '2026-11-24T12:00:00.000Z',
    })
  })

  test('name no key and no user to whoever may not read keys', async () => {
    const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['alice', 'somebody'] })
    await post('/locks/101/create-temp-key', body)
    await post('/locks/101/update-temp-key', { tempKeyUuid: body.tempKeyUuid, allowedUserIds: ['alice'] })
    await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, await site.user())
    for (const scope of ['audit:read', 'locks:read'] as const) {
      const answer = await site.ask('GET', '/locks/101/events', await site.service([scope]))
      expect(answer.statusCode).toBe(200)
      expect(answer.body).not.toContain(body.tempKeyUuid)
      expect(answer.body).not.toContain('somebody')
      expect(answer.body).toContain('keyRef')
    }
  })
})
