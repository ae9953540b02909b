import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'

const page = z.strictObject({
  tempKeys: z.array(
    z.looseObject({
      ...{ uuid: z.string(), description: z.string().nullable(), lockName: z.string(), status: z.string() },
      nextChange: z.object({ at: z.string(), to: z.string() }).nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
const done = z.strictObject({ revoked: z.array(z.string()), alreadyRevoked: z.array(z.string()) })

let site: ApiSite
let acme: Record<string, string>
let other: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  acme = await site.service(SCOPES)
  other = await site.service(SCOPES, 'other')
  return () => site.close()
})

async function makeKey(difference: object = {}, lock = 101, headers = acme): Promise<string> {
  const body = keyBody(difference)
  expect((await site.ask('POST', `/locks/${lock}/create-temp-key`, headers, body)).statusCode).toBe(200)
  return body.tempKeyUuid
}
const find = async (query = '', headers = acme) => {
  const answer = await site.ask('GET', `/temp-keys?${query}`, headers)
  expect(answer.statusCode, answer.body).toBe(200)
  return page.parse(answer.json())
}
const described = async (query = '', headers = acme) =>
  (await find(query, headers)).tempKeys.map(({ description }) => description)

describe('the keys of the whole site', () => {
  test('are listed newest first over all doors, each with its door, its state and what time makes of it', async () => {
    await makeKey({ description: 'now' })
    await makeKey({ description: 'soon', validFrom: '2026-11-24T18:00:00Z' })
    await makeKey({ description: 'over', validUntil: '2026-11-24T11:00:00Z' })
    const { tempKeys } = await find()
    expect(
      tempKeys.map(({ description, status, nextChange, lockName }) => [description, status, nextChange, lockName]),
    ).toEqual([
      ['over', 'expired', null, 'Door 101'],
      ['soon', 'not-yet-valid', { at: '2026-11-24T18:00:00.000Z', to: 'valid' }, 'Door 101'],
      ['now', 'valid', { at: '2026-11-25T00:00:00.000Z', to: 'expired' }, 'Door 101'],
    ])
  })

  test.each([
    ['match=SMITH', ['Smith, week 48']],
    ['match=bob', ['for bob']],
    ['user=bob', ['for bob']],
    ['user=bo', []],
    ['match=nobody', []],
    ['state=revoked', ['gone']],
    ['state=valid', ['for bob', 'Smith, week 48']],
    ['include=revoked&match=g', ['gone']],
    ['match=gone', []],
    ['door=101', ['for bob', 'Smith, week 48']],
    ['door=door', ['for bob', 'Smith, week 48']],
  ])('%s finds %j', async (query, expected) => {
    await makeKey({ description: 'Smith, week 48' })
    const gone = await makeKey({ description: 'gone' })
    await site.ask('DELETE', `/temp-keys/${gone}`, acme)
    await makeKey({ description: 'for bob', accessMode: 'user-whitelist', allowedUserIds: ['bob'] })
    expect(await described(query)).toEqual(expected)
  })

  test('are found by a link as people paste it, revoked too', async () => {
    const uuid = await makeKey({ description: 'Smith' })
    await makeKey({ description: 'Jones' })
    await site.ask('DELETE', `/temp-keys/${uuid}`, acme)
    for (const match of [uuid, `https://keys.example.org/temp-keys/${uuid.toUpperCase()}?opening=x`]) {
      expect(await described(`match=${encodeURIComponent(match)}`)).toEqual(['Smith'])
      expect(await described(`match=${encodeURIComponent(match)}`, other), 'and by nobody else').toEqual([])
    }
  })

  test('are those of the caller’s own doors, page by page, whatever lies between', async () => {
    for (let n = 0; n < 9; n += 1) {
      await makeKey({ description: `ours ${n}` })
      await makeKey({ description: `theirs ${n}` }, 102, other)
    }
    const told: (string | null)[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { tempKeys, nextCursor }: z.infer<typeof page> = await find(`limit=2${cursor && `&cursor=${cursor}`}`)
      told.push(...tempKeys.map(({ description }) => description))
      await makeKey({ description: 'another' })
      cursor = nextCursor
    }
    expect(told).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => `ours ${n}`))
    expect(await described('door=101', await site.user())).toHaveLength(9 + 5)
  })

  test.each([
    ['door=102', 'door'],
    ['area=nowhere', 'area'],
    ['state=good', 'state'],
    ['limit=501', 'limit'],
    ['cursor=x', 'cursor'],
  ])('%s is 400 naming %s', async (query, field) => {
    const answer = await site.ask('GET', `/temp-keys?${query}`, acme)
    expect(answer.statusCode).toBe(400)
    expect(errorAnswer.parse(answer.json()).details?.map((detail) => detail.field)).toEqual([field])
  })
})

describe('revoking many', () => {
  const revoke = (tempKeyUuids: readonly string[], headers = acme) =>
    site.ask('POST', '/temp-keys/revoke', headers, { tempKeyUuids })

  test('revokes 41 keys of several doors at once, each with its event, and once more changes nothing', async () => {
    const owner = await site.user()
    const uuids: string[] = []
    for (let n = 0; n < 41; n += 1) uuids.push(await makeKey({ description: 'Smith' }, n % 2 === 0 ? 101 : 102, owner))
    const before = await site.store.findLock((await site.store.listLocks())[0]?.lockId ?? never())
    expect(done.parse((await revoke([...uuids, ...uuids], owner)).json())).toEqual({
      revoked: uuids,
      alreadyRevoked: [],
    })
    expect(done.parse((await revoke(uuids, owner)).json())).toEqual({ revoked: [], alreadyRevoked: uuids })
    const after = await site.store.findLock((await site.store.listLocks())[0]?.lockId ?? never())
    expect((after?.version ?? 0) - (before?.version ?? 0)).toBe(21)
    for (const uuid of uuids) expect((await site.ask('POST', `/temp-keys/${uuid}/open`)).statusCode).toBe(400)
    expect(await described('match=Smith', owner)).toEqual([])
  })

  test.each([
    ['is not there', 404, 'key-not-found'],
    ['is another’s', 403, 'wrong-organization'],
  ])('revokes none when one %s, and says which by its place', async (which, status, reason) => {
    const uuids = [await makeKey(), await makeKey()]
    const wrong = which === 'is not there' ? keyBody().tempKeyUuid : await makeKey({}, 102, other)
    const answer = await revoke([...uuids, wrong])
    expect(answer.statusCode).toBe(status)
    const body = errorAnswer.parse(answer.json())
    expect(body).toMatchObject({ reason, details: [{ field: 'tempKeyUuids.2' }] })
    expect(answer.body).not.toContain(wrong)
    expect((await find()).tempKeys.map((key) => key.status)).toEqual(['valid', 'valid'])
  })

  test('takes up to 1,000 keys, and needs keys:write', async () => {
    expect((await revoke([])).statusCode).toBe(400)
    expect((await revoke(Array.from({ length: 1_001 }, () => keyBody().tempKeyUuid))).statusCode).toBe(400)
    expect((await revoke(Array.from({ length: 1_000 }, () => keyBody().tempKeyUuid))).statusCode).toBe(404)
    expect((await revoke([await makeKey()], await site.service(['keys:read']))).statusCode).toBe(403)
    expect((await site.ask('GET', '/temp-keys', await site.service(['keys:write']))).statusCode).toBe(403)
  })
})

function never(): never {
  throw new Error('no lock is there')
}
