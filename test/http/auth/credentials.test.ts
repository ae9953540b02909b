import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '#domain/access/caller.ts'
import { SCOPES } from '#domain/access/caller.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { ACME, type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'
import { apiKeyId } from '#test/support/ids.ts'

let site: ApiSite
beforeAll(async () => {
  site = await startApiSite()
})
afterAll(() => site.close())

type Headers = Record<string, string>
const details = (headers: Headers) => site.ask('GET', '/locks/101/details', headers)
const reasonOf = (answer: { json(): unknown }) => errorAnswer.parse(answer.json()).reason
const GARBAGE = { 'x-api-key': `lk_${'0'.repeat(16)}_${'A'.repeat(43)}` }

describe('an API key', () => {
  test('commands the locks of its organization, and several of one organization live side by side', async () => {
    const [first, second] = [await site.service(['locks:read']), await site.service(['locks:read'])]
    expect((await details(first)).statusCode).toBe(200)
    expect((await details(second)).statusCode).toBe(200)
  })

  test.each<[string, () => Headers | Promise<Headers>]>([
    ['that nobody made', () => GARBAGE],
    ['of no key at all', () => ({ 'x-api-key': 'undefined' })],
    ['without its last character', async () => ({ 'x-api-key': (await good())['x-api-key'].slice(0, -1) })],
    ['with another last character', async () => ({ 'x-api-key': otherEnd((await good())['x-api-key']) })],
    ['in upper case', async () => ({ 'x-api-key': (await good())['x-api-key'].toUpperCase() })],
    ['that has ended', () => site.service(['locks:read'], ACME, NOW_MS)],
  ])('%s is 401 api-key-invalid', async (_, headers) => {
    const answer = await details(await headers())
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(reasonOf(answer)).toBe('api-key-invalid')
  })

  test('is good until its last millisecond', async () => {
    const headers = await site.service(['locks:read'], ACME, NOW_MS + 1)
    expect((await details(headers)).statusCode).toBe(200)
    site.clock.wallMs = NOW_MS + 1
    expect((await details(headers)).statusCode).toBe(401)
    site.clock.wallMs = NOW_MS
  })

  test('is refused from the moment it is revoked, and the others of its organization are not', async () => {
    const [one, other] = [await good(), await good()]
    const id = apiKeyId(one['x-api-key'].slice(3, 19))
    expect((await site.apiKeys.revoke(id)).kind).toBe('revoked')
    expect((await site.apiKeys.revoke(id)).kind).toBe('already-revoked')
    expect(reasonOf(await details(one))).toBe('api-key-invalid')
    expect((await details(other)).statusCode).toBe(200)
  })

  test('of another organization is 403 wrong-organization, and 404 for a lock that is not there', async () => {
    const headers = await site.service(['locks:read'])
    expect(reasonOf(await site.ask('GET', '/locks/102/details', headers))).toBe('wrong-organization')
    expect(reasonOf(await site.ask('GET', '/locks/999/details', headers))).toBe('lock-not-found')
  })

  test('says when it was last used, without a commit for each request', async () => {
    const headers = await good()
    const id = apiKeyId(headers['x-api-key'].slice(3, 19))
    await details(headers)
    const lastUse = () => site.apiKeys.list().find((key) => key.id === id)?.lastUsedAtMs
    expect(lastUse()).toBe(NOW_MS)
    await site.apiKeys.keepUses()
    expect(lastUse()).toBe(NOW_MS)
  })

  test('stands in no log, whole or as its secret', async () => {
    const headers = await good()
    await details(headers)
    await details({ 'x-api-key': otherEnd(headers['x-api-key']) })
    expect(site.logged()).not.toContain(headers['x-api-key'].slice(20))
  })
})

const good = async () => {
  const { apiKey } = await site.apiKeys.create({
    ...{ organization: ACME, name: 'x', scopes: ['locks:read'], expiresAtMs: null },
  })
  return { 'x-api-key': apiKey }
}
const otherEnd = (key: string): string => key.slice(0, -1) + (key.endsWith('A') ? 'E' : 'A')

describe('each route asks for its scope', () => {
  const body = { ...keyBody(), uuid: '0b9d2a64-2f0a-4c0e-9a3e-1f2d3c4b5a69', index: 1 }
  const cases: [Scope[], 'GET' | 'POST' | 'DELETE', string][] = [
    [['locks:read'], 'GET', '/locks'],
    [['locks:read'], 'GET', '/locks/101/details'],
    [['locks:read'], 'GET', '/locks/101/basic-info'],
    [['keys:read'], 'GET', '/locks/101/temp-keys'],
    [['keys:write'], 'POST', '/locks/101/create-temp-key'],
    [['keys:write'], 'POST', '/locks/101/update-temp-key'],
    [['keys:write'], 'POST', '/locks/101/delete-temp-key'],
    [['keys:write'], 'DELETE', `/temp-keys/${body.tempKeyUuid}`],
    [['locks:open'], 'POST', '/locks/101/OpenLock'],
    [['locks:admin'], 'POST', '/locks/101/CreateLock'],
    [['locks:admin'], 'POST', '/locks/101/SetOwner'],
    [['locks:admin'], 'POST', '/locks/101/SetOrganization'],
  ]
  test.each(cases)(
    '%j for %s %s: every other one is 403, before the body is looked at',
    async (needed, method, url) => {
      const without = await site.service(SCOPES.filter((scope) => !needed.includes(scope)))
      const refused = await site.ask(method, url, without, method === 'POST' ? { reason: 7 } : undefined)
      expect(refused.statusCode).toBe(403)
      expect(reasonOf(refused)).toBe('insufficient-scope')
      const allowed = await site.ask(
        method,
        url,
        await site.service(needed),
        method === 'POST' ? { reason: 7 } : undefined,
      )
      expect([200, 400, 404]).toContain(allowed.statusCode)
    },
  )

  test.each(cases)('%j for %s %s: without a credential it is 401', async (_, method, url) => {
    const answer = await site.ask(method, url)
    expect(answer.statusCode).toBe(401)
    expect(reasonOf(answer)).toBe('token-missing')
  })
})

describe('a user’s token', () => {
  const STATUS = { list: '/locks/101/temp-keys', read: '/locks/101/details' }
  test.each<[string, object, number, number]>([
    ['without a scope has what every token had', {}, 200, 200],
    ['whose scopes are all unknown has that too', { scope: 'openid profile' }, 200, 200],
    ['that names one of ours has that one alone', { scope: 'openid keys:read' }, 200, 403],
    ['that names another of ours has that one alone', { scope: 'locks:read' }, 403, 200],
  ])('%s', async (_, claims, list, read) => {
    const headers = await site.user(claims)
    expect((await site.ask('GET', STATUS.list, headers)).statusCode).toBe(list)
    expect((await site.ask('GET', STATUS.read, headers)).statusCode).toBe(read)
  })

  test('without a scope never creates locks', async () => {
    expect(reasonOf(await site.ask('POST', '/locks/7/CreateLock', await site.user(), {}))).toBe('insufficient-scope')
  })

  test('is 403 not-owner on somebody else’s lock', async () => {
    expect(reasonOf(await details(await site.user({ sub: 'bob' })))).toBe('not-owner')
    expect(reasonOf(await details(await site.user({ sub: 'Alice' })))).toBe('not-owner')
  })

  test('without a subject is refused', async () => {
    expect(reasonOf(await details(await site.user({ sub: undefined })))).toBe('token-invalid')
  })
})

describe('a service’s token', () => {
  const gty = 'client-credentials'

  test('commands the locks of the organization that it names, whoever its subject owns', async () => {
    const headers = await site.user({ gty, org: 'other', sub: 'robot' })
    expect((await site.ask('GET', '/locks/102/details', headers)).statusCode).toBe(200)
    expect(reasonOf(await site.ask('GET', '/locks/101/details', headers))).toBe('wrong-organization')
    expect(reasonOf(await details(await site.user({ gty, org: 'other', sub: 'alice' })))).toBe('wrong-organization')
  })

  test.each([7, '', 'a\nb', ['acme'], null])('with %j for an organization is refused', async (org) => {
    expect(reasonOf(await details(await site.user({ gty, org })))).toBe('token-invalid')
  })

  test('needs no subject', async () => {
    expect((await details(await site.user({ gty, org: ACME, sub: undefined }))).statusCode).toBe(200)
  })
})

describe('a person’s token that names an organization', () => {
  const OF_ORGANIZATION = ['/locks/101/details', '/locks/101/temp-keys', '/locks/101/events'] as const

  test.each([
    ['and nothing else', {}],
    ['and another grant', { gty: 'password' }],
    ['and a list of grants', { gty: ['client-credentials'] }],
    ['and a nonce beside a program’s mark', { gty: 'client-credentials', nonce: 'n' }],
    ['and when they signed in beside a program’s mark', { gty: 'client-credentials', auth_time: NOW_MS / 1_000 }],
    ['and the mark of an ID token beside a program’s', { gty: 'client-credentials', at_hash: 'h' }],
  ])('%s neither opens, lists nor sees its locks', async (_, claims) => {
    const headers = await site.user({ sub: 'bob', org: ACME, ...claims })
    for (const path of OF_ORGANIZATION) expect(reasonOf(await site.ask('GET', path, headers))).toBe('not-owner')
    expect(reasonOf(await site.ask('POST', '/locks/101/OpenLock', headers))).toBe('not-owner')
    expect(reasonOf(await site.ask('POST', '/locks/101/create-temp-key', headers, keyBody()))).toBe('not-owner')
    expect((await site.ask('GET', '/locks', headers)).json()).toMatchObject({ locks: [] })
    expect(site.link.sent).toHaveLength(0)
  })

  test('is the user’s: what he owns he commands', async () => {
    expect((await details(await site.user({ org: 'other' }))).statusCode).toBe(200)
  })
})

describe('of two credentials', () => {
  test('the one that verifies counts', async () => {
    const token = await site.user()
    const apiKey = await site.service(['locks:read'])
    expect((await details({ ...token, ...GARBAGE })).statusCode).toBe(200)
    expect((await details({ ...apiKey, authorization: 'Bearer YOUR_API_TOKEN' })).statusCode).toBe(200)
    expect((await details({ ...apiKey, authorization: 'Basic eDp5' })).statusCode).toBe(200)
    expect(reasonOf(await details({ ...GARBAGE, authorization: 'Bearer x' }))).toBe('token-invalid')
    expect(reasonOf(await details({ ...GARBAGE, authorization: 'Basic eDp5' }))).toBe('api-key-invalid')
    expect(reasonOf(await details({ 'x-api-key': '' }))).toBe('token-missing')
  })

  test.each(['x-org-id', 'x-user-id', 'x-user-email', 'x-is-admin', 'x-super-access'])(
    'none is claimed in %s',
    async (name) => {
      const answer = await details({ ...(await site.user()), [name]: 'admin' })
      expect(answer.statusCode).toBe(400)
      expect(errorAnswer.parse(answer.json()).details?.map(({ field }) => field)).toEqual([name])
    },
  )

  test('a useless one is ignored where nobody is needed', async () => {
    const body = keyBody()
    await site.ask('POST', '/locks/101/create-temp-key', await site.service(['keys:write']), body)
    const answer = await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, {
      ...GARBAGE,
      authorization: 'Bearer x',
    })
    expect(answer.statusCode).toBe(303)
  })
})
