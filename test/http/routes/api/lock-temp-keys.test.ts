import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { commandAnswer, eventsAnswer, fieldsOf, reasonOf } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { until } from '#test/support/until.ts'

let site: ApiSite
let all: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  all = await site.service(SCOPES)
  return () => site.close()
})

const post = (url: string, body: object, headers = all) => site.ask('POST', url, headers, body)
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
      ['accessMode', 'allowedUserIds', 'maxUses', 'validFrom', 'validUntil'],
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
      [`{"description":"${'x'.repeat(2_000_000)}"}`, 413],
    ] as const) {
      expect((await send(payload)).statusCode).toBe(status)
    }
    expect((await send(Buffer.from('{}', 'utf16le').toString('latin1'))).statusCode).toBe(400)
    expect((await send('<xml/>', 'text/xml')).statusCode).toBe(415)
    expect((await listed('?include=revoked')).tempKeys).toEqual([])
  })

  const asPythonWrites = (text: string) =>
    text.replaceAll(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

  test('is created with whatever its schema allows, in the longest way in which JSON can say it', async () => {
    const users = Array.from({ length: 1_000 }, (_, n) => `${String(n).padStart(4, '0')}${'😀'.repeat(124)}`)
    const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: users, description: 'Ω'.repeat(2_000) })
    const payload = asPythonWrites(JSON.stringify(body, null, 4))
    expect(payload.length).toBeGreaterThan(1_500_000)
    const headers = { ...all, 'content-type': 'application/json' }
    const created = await site.app.inject({ method: 'POST', url: '/locks/101/create-temp-key', headers, payload })
    expect(created.statusCode).toBe(200)
    const [key] = (await listed()).tempKeys
    expect(key).toMatchObject({ uuid: body.tempKeyUuid, allowedUserIds: users, description: 'Ω'.repeat(2_000) })

    const changes = { tempKeyUuid: body.tempKeyUuid, allowedUserIds: users.slice(1) }
    const changed = asPythonWrites(JSON.stringify(changes))
    expect(
      (await site.app.inject({ method: 'POST', url: '/locks/101/update-temp-key', headers, payload: changed }))
        .statusCode,
    ).toBe(200)
  })

  test('of 1,001 users, or 2,001 characters, is 400 with what is too long, not 413', async () => {
    const users = Array.from({ length: 1_001 }, (_, n) => `user-${n}`)
    const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: users, description: 'Ω'.repeat(2_001) })
    const answer = await post('/locks/101/create-temp-key', body)
    expect(answer.statusCode).toBe(400)
    expect(fieldsOf(answer)).toEqual(['allowedUserIds', 'description'])
  })

  test('whose times are numbers is told that alone: one true detail for each', async () => {
    const body = { ...keyBody(), validFrom: 1_800_000_000, validUntil: 1_700_000_000 }
    expect(fieldsOf(await post('/locks/101/create-temp-key', body))).toEqual(['validFrom', 'validUntil'])
  })
})
