import type { JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '#domain/access/caller.ts'
import { tokenPrincipal } from '#http/auth/token-principal.ts'
import { tokenScopes } from '#http/auth/token-scopes.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { tokenIssuer } from '#test/http/support/token-issuer.ts'

const BY_DEFAULT: readonly Scope[] = ['keys:read', 'keys:write', 'locks:read', 'locks:open']

let site: ApiSite
beforeAll(async () => {
  site = await startApiSite()
})
afterAll(() => site.close())

/** Of the rights that a person has by default, those that this token has. */
async function allowed(claims: object): Promise<readonly Scope[]> {
  const headers = await site.user(claims)
  const tries = [
    ['keys:read', 'GET', '/locks/101/temp-keys'],
    ['keys:write', 'POST', '/locks/101/create-temp-key'],
    ['locks:read', 'GET', '/locks/101/details'],
    ['locks:open', 'POST', '/locks/101/OpenLock'],
  ] as const
  const granted = await Promise.all(
    tries.map(async ([scope, method, url]): Promise<Scope[]> => {
      const answer = await site.ask(method, url, headers, method === 'POST' ? { reason: 7 } : undefined)
      const reason = answer.statusCode < 400 ? null : errorAnswer.parse(answer.json()).reason
      if (reason === 'token-invalid') expect.fail('the token is refused')
      return reason === 'insufficient-scope' ? [] : [scope]
    }),
  )
  return granted.flat()
}

describe.each(['scope', 'scp', 'scopes', 'permissions'])('a token’s %s', (claim) => {
  test.each<[unknown, readonly Scope[]]>([
    ['keys:read', ['keys:read']],
    ['openid keys:read locks:read', ['keys:read', 'locks:read']],
    ['keys:read,locks:read', ['keys:read', 'locks:read']],
    [['keys:read'], ['keys:read']],
    [
      ['openid', 'keys:read', 'locks:read'],
      ['keys:read', 'locks:read'],
    ],
    [['keys:read locks:read'], ['keys:read', 'locks:read']],
    [['audit:read'], []],
  ])('%j allows what it names and no more', async (value, scopes) => {
    expect(await allowed({ [claim]: value })).toEqual(scopes)
  })

  test('of the provider’s own words says nothing of locks, and allows what a token without it does', async () => {
    expect(await allowed({ [claim]: 'openid profile email' })).toEqual(BY_DEFAULT)
    expect(await allowed({ [claim]: ['aws.cognito.signin.user.admin'] })).toEqual(BY_DEFAULT)
  })

  test.each([[''], [' '], [[]], [['']], [null], ['LOCKS:READ'], ['openid locks.read'], [['Keys-Write']]])(
    '%j states that nothing is allowed: losing the last right gives none',
    async (value) => {
      expect(await allowed({ [claim]: value })).toEqual([])
      const program = { gty: 'client-credentials', org: 'acme' }
      expect(await allowed({ ...program, [claim]: value })).toEqual([])
      expect(await allowed({ ...program, [claim]: value, scope: 'openid' })).toEqual(
        claim === 'scope' ? BY_DEFAULT : [],
      )
    },
  )

  test('of a program that names another API’s words alone allows nothing', async () => {
    const program = { gty: 'client-credentials', org: 'acme' }
    expect(await allowed({ ...program, [claim]: 'read:calendar' })).toEqual([])
    expect(await allowed({ ...program, [claim]: 'profile email' })).toEqual(BY_DEFAULT)
    expect(await allowed({ ...program, [claim]: 'read:calendar locks:read' })).toEqual(['locks:read'])
  })

  test.each([
    [{ keys: 'read' }],
    [{}],
    [7],
    [true],
    [['keys:read', 7]],
    [[['keys:read']]],
    [[{ name: 'keys:read' }]],
    ['["keys:read"]'],
    ['keys:read;locks:read'],
    ['keys:read+openid'],
    ['https://latchkey.example/keys:read'],
    ['urn:latchkey:keys:read'],
    ['keys:read:own'],
  ])('%j can’t be read, and is refused: nobody is told that it allows more', async (value) => {
    const headers = await site.user({ [claim]: value })
    for (const path of ['/locks', '/locks/101/details', '/locks/101/temp-keys']) {
      const answer = await site.ask('GET', path, headers)
      expect([answer.statusCode, errorAnswer.parse(answer.json()).reason]).toEqual([401, 'token-invalid'])
    }
    expect(site.logged()).toMatch(new RegExp(`"cause":"claim ${claim} (is neither words|has one of our scopes inside)`))
  })
})

test('the words of other APIs in a person’s token are the provider’s affair, but for permissions', async () => {
  const value = 'https://www.googleapis.com/auth/calendar ssh-keys:read monkeys:read user_impersonation'
  for (const claim of ['scope', 'scp', 'scopes']) expect(await allowed({ [claim]: value })).toEqual(BY_DEFAULT)
  expect(await allowed({ permissions: ['read:calendar'] })).toEqual([])
})

describe('several statements of one token', () => {
  test.each<[object, readonly Scope[]]>([
    [{ scope: 'openid profile', permissions: ['keys:read'] }, ['keys:read']],
    [{ scope: 'keys:read keys:write', scp: 'keys:read' }, ['keys:read']],
    [{ scp: 'keys:write', permissions: ['keys:read'] }, []],
    [{ scp: 'user_impersonation', roles: ['locks:read', 'Building.Admin'] }, ['locks:read']],
    [{ roles: 'locks:open' }, ['locks:open']],
    [{ scope: 'openid', permissions: [] }, []],
    [{ scope: '', permissions: ['keys:read'] }, []],
    [{ roles: ['Locks.Open'] }, []],
    [{ gty: 'client-credentials', org: 'acme', roles: [] }, []],
  ])('%j narrow each other', async (claims, scopes) => {
    expect(await allowed(claims)).toEqual(scopes)
  })

  test.each([
    { roles: { admin: true } },
    { roles: [] },
    { roles: ['offline_access', 'Building.Admin'] },
    { roles: [{ id: 1 }] },
    { roles: 7 },
    { realm_access: { roles: ['keys:read'] } },
  ])('%j are no statement of scopes: elsewhere roles are anything', async (claims) => {
    expect(await allowed(claims)).toEqual(BY_DEFAULT)
  })
})

describe('behind a prefix of the provider’s', () => {
  const scopes = (payload: JWTPayload) => [...tokenScopes(payload, 'latchkey/', 'user')]

  test.each<[string, readonly Scope[]]>([
    ['latchkey/keys:read', ['keys:read']],
    ['openid latchkey/keys:read latchkey/audit:read', ['keys:read', 'audit:read']],
    ['latchkey/keys:read other/locks:admin', ['keys:read']],
    ['keys:read', ['keys:read']],
    ['other/locks:admin', BY_DEFAULT],
    ['openid latchkey/other', []],
    ['openid latchkey/keys.read', []],
  ])('%s allows ours', (scope, expected) => {
    expect(scopes({ scope })).toEqual(expected)
    expect(scopes({ scp: scope.split(' ') })).toEqual(expected)
  })

  test('what can’t be read is refused still', () => {
    expect(() => scopes({ scope: 'latchkey/keys:read;latchkey/locks:read' })).toThrow(/inside another word/)
    expect(() => scopes({ scope: 'latchkey/v1/keys:read' })).toThrow(/inside another word/)
  })
})

test('a token whose scopes can’t be read opens no door, and no key of its user either', async () => {
  const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['alice'] })
  await site.ask('POST', '/locks/101/create-temp-key', await site.user(), body)
  const headers = { ...(await site.user({ scp: { a: 1 } })), accept: 'application/json' }
  for (const url of ['/locks/101/OpenLock', `/temp-keys/${body.tempKeyUuid}/open`]) {
    const answer = await site.ask('POST', url, headers)
    expect([answer.statusCode, errorAnswer.parse(answer.json()).reason]).toEqual([401, 'token-invalid'])
  }
  expect(site.link.sent).toHaveLength(0)
  await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, await site.user())
  expect(site.link.sent).toHaveLength(1)
})

test('a person whose token states that nothing is allowed opens with the link of his key still', async () => {
  const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['alice'] })
  await site.ask('POST', '/locks/101/create-temp-key', await site.user(), body)
  const before = site.link.sent.length
  const headers = await site.user({ scope: 'openid profile email', permissions: [] })
  expect((await site.ask('POST', '/locks/101/OpenLock', headers)).statusCode).toBe(403)
  await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, headers)
  expect(site.link.sent).toHaveLength(before + 1)
})

describe('whose a token is', () => {
  const issuer = tokenIssuer({
    ...{ jwksFile: 'f', issuer: ['i'], audience: ['a'], organizationClaim: 'org_id' },
    serviceMarks: [
      { claim: 'gty', value: 'client-credentials' },
      { claim: 'client_id', sameAs: 'sub' },
      { claim: 'is_robot', value: true },
    ],
  })
  const whose = (claims: JWTPayload, others: readonly string[] = []) =>
    tokenPrincipal({ sub: 'ada', org_id: 'acme', ...claims }, issuer, others).kind

  test.each<[JWTPayload]>([
    [{ gty: 'client-credentials' }],
    [{ sub: 'robot', client_id: 'robot' }],
    [{ is_robot: true }],
  ])('%j is a service’s mark', (claims) => {
    expect(whose(claims)).toBe('service')
  })

  test.each<[JWTPayload]>([
    [{}],
    [{ gty: 'client_credentials' }],
    [{ gty: 'Client-Credentials' }],
    [{ gty: ['client-credentials'] }],
    [{ client_id: 'app' }],
    [{ client_id: ['ada'] }],
    [{ is_robot: 'true' }],
    [{ is_robot: 1 }],
  ])('%j is none', (claims) => {
    expect(whose(claims)).toBe('user')
  })

  test('an empty client id is nobody’s mark, though the subject is empty too', () => {
    expect(() => whose({ sub: '', client_id: '' })).toThrow(/no user id/)
    expect(() => tokenPrincipal({ org_id: 'acme' }, issuer, [])).toThrow(/no user id/)
  })

  test.each([
    ...[
      'nonce',
      'auth_time',
      'amr',
      'at_hash',
      'c_hash',
      's_hash',
      'sid',
      'session_state',
      'given_name',
      'family_name',
    ],
    ...['uid', 'username', 'cognito:username'],
  ])('%s makes it a person’s whatever marks it has, and whatever its value', (claim) => {
    for (const value of ['x', 0, null, false, '']) {
      const told: string[] = []
      const claims = { sub: 'ada', org_id: 'acme', gty: 'client-credentials', [claim]: value }
      expect(tokenPrincipal(claims, issuer, [], (name) => told.push(name))).toEqual({ kind: 'user', userId: 'ada' })
      expect(told).toEqual([claim])
    }
  })

  test.each<[JWTPayload]>([[{ token_use: 'id' }], [{ typ: 'ID' }]])('%j is the word for an ID token', (claims) => {
    expect(whose({ gty: 'client-credentials', ...claims })).toBe('user')
  })

  test('an address that its provider did not verify is nobody’s', () => {
    const byEmail = { ...issuer, userIdClaim: 'email' }
    for (const email_verified of [true, 'true', undefined]) {
      const claims = { email: 'ada@example.org', ...(email_verified !== undefined && { email_verified }) }
      expect(tokenPrincipal(claims, byEmail, [])).toMatchObject({ userId: 'ada@example.org' })
    }
    for (const email_verified of [false, 'false']) {
      expect(() => tokenPrincipal({ email: 'ada@example.org', email_verified }, byEmail, [])).toThrow(/not verified/)
    }
  })
})
