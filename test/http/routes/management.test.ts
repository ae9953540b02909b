import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  commandAnswer,
  errorAnswer,
  listedKeyAnswer,
  lockAnswer,
  openingAnswer,
} from '#test/http/support/answer-schemas.ts'
import { newKeyUuid } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

const PEM = '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite({ listener: { kind: 'owner', publicUrlHost: null } })
  return () => site.app.close()
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const ask = (method: Method, url: string, payload?: object) =>
  site.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) })
const fieldsOf = (body: unknown) => errorAnswer.parse(body).details?.map(({ field }) => field)

describe('on the listener for everybody', () => {
  test.each<[Method, string, number]>([
    ['POST', '/locks', 405],
    ['PATCH', '/locks/101', 501],
    ['POST', '/locks/101/reflash', 501],
    ['GET', '/locks/101/public-key', 501],
    ['POST', '/locks/101/use-temp-key', 501],
    ['GET', '/collective-temp-keys/x', 501],
    ['GET', '/api-keys', 404],
    ['POST', '/api-keys', 404],
    ['GET', '/broker-users', 404],
    ['GET', '/openings?state=unconfirmed', 404],
    ['POST', `/openings/${'A'.repeat(22)}/settle`, 404],
  ])('%s %s is not served', async (method, url, status) => {
    const everybody = await startRouteSite()
    expect((await everybody.app.inject({ method, url, payload: {} })).statusCode).toBe(status)
  })
})

describe('a lock', () => {
  const added = z.strictObject({
    lock: lockAnswer,
    flashing: z.looseObject({ password: z.string() }),
    keysStillGood: z.literal(0),
    keysRevoked: z.literal(0),
  })

  test('is added with what it is to be flashed with, shown this once', async () => {
    const answer = await ask('POST', '/locks', { lockId: 7, name: 'Cellar', publicKeyPem: PEM })
    expect(answer.statusCode).toBe(201)
    const { lock, flashing } = added.parse(answer.json())
    expect(lock).toMatchObject({ lockId: 7, name: 'Cellar', pulseS: 5, keyMadeBy: 'lock' })
    expect(flashing.privateKey).toBeNull()
    expect(answer.body).not.toContain('$7$')
  })

  test('may have its key pair made here, and is marked so', async () => {
    const answer = await ask('POST', '/locks', { lockId: 7, name: 'Cellar', makeKey: true, pulseS: 30, area: 'B1' })
    const { lock, flashing } = added.parse(answer.json())
    expect(lock.keyMadeBy).toBe('gateway')
    expect(flashing.privateKey).toMatchObject({ pem: 'PRIVATE' })
  })

  test.each<[string[], object]>([
    [['lockId', 'name', 'publicKeyPem'], {}],
    [['lockId'], { lockId: 0, name: 'x', makeKey: true }],
    [['lockId'], { lockId: 1.5, name: 'x', makeKey: true }],
    [['lockId'], { lockId: '7', name: 'x', makeKey: true }],
    [['publicKeyPem'], { lockId: 7, name: 'x' }],
    [['publicKeyPem'], { lockId: 7, name: 'x', makeKey: true, publicKeyPem: PEM }],
    [['publicKeyPem'], { lockId: 7, name: 'x', publicKeyPem: 'no key' }],
    [['makeKey'], { lockId: 7, name: 'x', makeKey: false }],
    [
      ['name', 'pulseS', 'uuid', 'nmae'],
      { lockId: 7, name: 'a\u202eb', uuid: 'x', pulseS: 2, makeKey: true, nmae: 'y' },
    ],
    [['lockId'], { lockId: 101, name: 'taken', makeKey: true }],
  ])('is 400 naming every wrong field: %j', async (fields, body) => {
    const answer = await ask('POST', '/locks', body)
    expect(answer.statusCode).toBe(400)
    expect(fieldsOf(answer.json())?.toSorted()).toEqual(fields.toSorted())
  })

  test('is changed, and what is not named stays', async () => {
    const answer = await ask('PATCH', '/locks/101', { name: 'Back door', area: null })
    expect(commandAnswer.parse(answer.json())).toMatchObject({
      aggregateId: '101',
      event: { type: 'LockUpdated' },
      lock: { name: 'Back door', area: null, organization: 'Hausverwaltung Nord' },
    })
    expect(commandAnswer.parse((await ask('PATCH', '/locks/101', { name: 'Back door' })).json()).event).toBeNull()
  })

  test.each<[number, string, object]>([
    [404, '/locks/9', { name: 'x' }],
    [400, '/locks/101', {}],
    [400, '/locks/101', { lockId: 5 }],
    [400, '/locks/1e2', { name: 'x' }],
    [400, '/locks/0', { name: 'x' }],
  ])('is %i for PATCH %s %j', async (status, url, body) => {
    expect((await ask('PATCH', url, body)).statusCode).toBe(status)
  })

  test('is listed without its password, and its public key can be had', async () => {
    const listed = await ask('GET', '/locks')
    expect(
      z
        .strictObject({ locks: z.array(lockAnswer.extend({ lastOpening: z.null() })), nextCursor: z.null() })
        .parse(listed.json()).locks,
    ).toHaveLength(1)
    expect(listed.body).not.toContain('$7$')
    const key = await ask('GET', '/locks/101/public-key')
    expect(key.json()).toMatchObject({ lockId: 101, keyGeneration: 1, jwk: { kty: 'EC', crv: 'P-256' } })
  })
})

describe('a key of a lock', () => {
  const aBody = (difference: object = {}) => ({
    tempKeyUuid: randomUUID(),
    accessMode: 'public',
    validFrom: '2026-11-24T12:00:00Z',
    validUntil: '2026-11-25T12:00:00.000Z',
    maxUses: 3,
    description: 'plumber',
    ...difference,
  })
  const create = (body: object) => ask('POST', '/locks/101/create-temp-key', body)

  test('is created with an event in the shape that clients know', async () => {
    const body = aBody({ accessMode: 'user-whitelist', allowedUserIds: ['alice', 'Ölga #7'] })
    const answer = await create(body)
    expect(answer.statusCode).toBe(200)
    expect(commandAnswer.parse(answer.json())).toMatchObject({
      aggregateId: '101',
      tempKeyUuid: body.tempKeyUuid,
      event: {
        type: 'TempKeyCreated',
        data: {
          ...{ tempKeyUuid: body.tempKeyUuid, lockId: 101, allowedUserIds: ['alice', 'Ölga #7'], maxUses: 3 },
          validFrom: '2026-11-24T12:00:00.000Z',
          createdBy: 'owner',
        },
      },
    })
  })

  test('created again with the same body changes nothing, with another is 400', async () => {
    const body = aBody()
    await create(body)
    const again = await create({ ...body, tempKeyUuid: body.tempKeyUuid.toUpperCase() })
    expect(again.statusCode).toBe(200)
    expect(commandAnswer.parse(again.json()).event).toBeNull()
    const other = await create({ ...body, maxUses: 4 })
    expect([other.statusCode, fieldsOf(other.json())]).toEqual([400, ['tempKeyUuid']])
  })

  test.each(['4', '7'])('takes a UUID of version %s', async (version) => {
    const tempKeyUuid = `0192f3a4-5b6c-${version}d7e-8f90-a1b2c3d4e5f6`
    expect((await create(aBody({ tempKeyUuid }))).statusCode).toBe(200)
  })

  test.each<[string[], object]>([
    [['tempKeyUuid'], { tempKeyUuid: '0192f3a4-5b6c-1d7e-8f90-a1b2c3d4e5f6' }],
    [['tempKeyUuid'], { tempKeyUuid: '00000000-0000-0000-0000-000000000000' }],
    [['tempKeyUuid'], { tempKeyUuid: '0192f3a4-5b6c-4d7e-cf90-a1b2c3d4e5f6' }],
    [['tempKeyUuid'], { tempKeyUuid: undefined }],
    [['validFrom'], { validFrom: '2026-11-24T12:00:00+01:00' }],
    [['validFrom'], { validFrom: '2026-02-30T12:00:00Z' }],
    [['validFrom'], { validFrom: 1_790_000_000 }],
    [['validUntil'], { validUntil: '2026-11-24T12:00:00Z' }],
    [['validUntil', 'maxUses'], { validUntil: '2026-11-24T11:00:00Z', maxUses: 0 }],
    [['maxUses'], { maxUses: 1.5 }],
    [['maxUses'], { maxUses: '3' }],
    [['description'], { description: 'x'.repeat(2_001) }],
    [['allowedUserIds.1'], { allowedUserIds: ['alice', 'a\nb'] }],
    [['maxUse'], { maxUse: 1 }],
    [
      ['tempKeyUuid', 'accessMode', 'validFrom', 'validUntil', 'maxUses', 'allowedUserIds'],
      {
        tempKeyUuid: 'x',
        accessMode: 'all',
        validFrom: 'now',
        validUntil: 'then',
        maxUses: -1,
        allowedUserIds: 'alice',
      },
    ],
  ])('is 400 naming every wrong field: %j', async (fields, difference) => {
    const answer = await create(aBody(difference))
    expect(answer.statusCode).toBe(400)
    expect(fieldsOf(answer.json())?.toSorted()).toEqual(fields.toSorted())
    expect(site.rows.keyCount).toBe(0)
  })

  test('is 400 naming wrong fields of path and body in one answer, and 404 without the lock', async () => {
    const wrong = await ask('POST', '/locks/zero/create-temp-key', aBody({ maxUses: 0 }))
    expect(fieldsOf(wrong.json())).toEqual(['id', 'maxUses'])
    expect((await ask('POST', '/locks/9/create-temp-key', aBody())).statusCode).toBe(404)
    expect(fieldsOf((await ask('POST', '/locks/101/create-temp-key')).json())).toEqual(['body'])
  })

  test('is revoked once, stays known, and can be told from others', async () => {
    const key = site.addKey()
    site.addKey()
    const first = await ask('DELETE', `/temp-keys/${key.uuid.toUpperCase()}`)
    expect(commandAnswer.parse(first.json())).toMatchObject({ event: { type: 'TempKeyDeleted' }, aggregateId: '101' })
    const second = await ask('DELETE', `/temp-keys/${key.uuid}`)
    expect(second.statusCode).toBe(200)
    expect(second.json()).toMatchObject({ event: null, alreadyRevoked: true })
    expect((await ask('GET', `/temp-keys/${key.uuid}`)).json()).toMatchObject({ status: 'revoked' })
    expect((await ask('DELETE', `/temp-keys/${newKeyUuid()}`)).statusCode).toBe(404)

    const list = async (query: string) =>
      z
        .strictObject({ tempKeys: z.array(listedKeyAnswer), nextCursor: z.string().nullable() })
        .parse((await ask('GET', `/locks/101/temp-keys${query}`)).json())
    expect((await list('')).tempKeys.map(({ status }) => status)).toEqual(['valid'])
    expect((await list('?include=revoked')).tempKeys).toHaveLength(2)
    expect((await list('?status=revoked')).tempKeys.map(({ uuid }) => uuid)).toEqual([key.uuid])
    const page = await list('?include=revoked&limit=1')
    expect(page.tempKeys).toHaveLength(1)
    expect((await list(`?include=revoked&limit=1&cursor=${page.nextCursor}`)).nextCursor).toBeNull()
  })

  test.each(['?limit=0', '?limit=1e2', '?limit=1001', '?limit=1&limit=2', '?status=all', '?include=all', '?cursor='])(
    'is not listed for %s',
    async (query) => {
      expect((await ask('GET', `/locks/101/temp-keys${query}`)).statusCode).toBe(400)
    },
  )
})

describe('an opening that nobody knows of', () => {
  const unconfirmed = async () => {
    site.link.whim = 'silent'
    const key = site.addKey()
    const { openingId } = errorAnswer.parse((await ask('POST', `/temp-keys/${key.uuid}/open`)).json())
    return { key, openingId }
  }

  test('is listed, and an operator settles it with a reason', async () => {
    const { key, openingId } = await unconfirmed()
    const listed = await ask('GET', '/openings?state=unconfirmed')
    expect(z.strictObject({ openings: z.array(openingAnswer) }).parse(listed.json()).openings).toHaveLength(1)
    const settle = (as: string) => ask('POST', `/openings/${openingId}/settle`, { as, reason: 'door was seen open' })
    expect(openingAnswer.parse((await settle('charged')).json())).toMatchObject({
      ...{ state: 'charged', final: true, reason: 'door was seen open' },
    })
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
    expect((await settle('charged')).statusCode).toBe(200)
    expect(fieldsOf((await settle('released')).json())).toEqual(['openingId'])
  })

  test.each<[object, string[]]>([
    [{}, ['as', 'reason']],
    [{ as: 'opened', reason: 'x' }, ['as']],
    [{ as: 'charged', reason: ' ' }, ['reason']],
  ])('is not settled by %j', async (body, fields) => {
    const { openingId } = await unconfirmed()
    expect(fieldsOf((await ask('POST', `/openings/${openingId}/settle`, body)).json())).toEqual(fields)
  })

  test('must exist, and be asked for by its state', async () => {
    const body = { as: 'released', reason: 'x' }
    expect((await ask('POST', `/openings/${'A'.repeat(22)}/settle`, body)).statusCode).toBe(404)
    for (const query of ['', '?state=opened', '?state=unconfirmed&state=unconfirmed']) {
      expect((await ask('GET', `/openings${query}`)).statusCode).toBe(400)
    }
  })
})
