import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { parseOpeningId } from '#protocol/ids.ts'
import { errorAnswer, fieldsOf, reasonOf } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { NOW_MS, present } from '#test/http/support/route-samples.ts'

let site: ApiSite
let all: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  all = await site.service(SCOPES)
  return () => site.close()
})

const post = (url: string, body: object, headers = all) => site.ask('POST', url, headers, body)

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
    onTestFinished(() => owner.close())
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
    onTestFinished(() => owner.close())
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
      { index: -1, uuid: 'x', serialNumber: 5, ownerId: '', keys: {}, vendorname: 1 },
      ['index', 'keys', 'ownerId', 'serialNumber', 'uuid', 'vendorname'],
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
    ['SetOrganization', { orgId: '', orgid: 'x' }, ['orgId', 'orgid']],
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
