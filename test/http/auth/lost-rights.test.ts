import { afterEach, beforeEach, expect, test } from 'vitest'
import { SCOPES, type Scope } from '#domain/access/caller.ts'
import { tokenScopes } from '#http/auth/token-scopes.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { org } from '#test/support/ids.ts'
import { must } from '#test/support/must.ts'

let site: ApiSite
let all: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  all = await site.service(SCOPES)
})
afterEach(async () => await site.close())

const reasonOf = (answer: { json(): unknown }) => errorAnswer.parse(answer.json()).reason

/** The lock is busy with somebody's opening until the answer is called. */
async function occupied(): Promise<() => Promise<void>> {
  let release = () => {}
  site.link.whim = { hold: new Promise<void>((resolve) => (release = resolve)) }
  const served = site.ask('POST', '/locks/101/OpenLock', await site.user())
  while (site.link.sent.length === 0) await new Promise((resolve) => setImmediate(resolve))
  return async () => {
    release()
    expect((await served).statusCode).toBe(200)
  }
}

test('whoever loses the lock while he waits for its turn opens nothing', async () => {
  const goOn = await occupied()
  const waiting = site.ask('POST', '/locks/101/OpenLock', all)
  const given = await site.ask('POST', '/locks/101/SetOrganization', all, { orgId: 'other' })
  expect(given.statusCode).toBe(200)
  await goOn()
  expect([(await waiting).statusCode, reasonOf(await waiting)]).toEqual([403, 'wrong-organization'])
  expect(site.link.sent).toHaveLength(1)
})

test('whoever loses his credential while he waits for the lock’s turn opens nothing', async () => {
  const { key, apiKey } = await site.apiKeys.create({
    ...{ organization: org('acme'), name: 'leaked', expiresAtMs: null },
    scopes: ['locks:open'],
  })
  const goOn = await occupied()
  const waiting = site.ask('POST', '/locks/101/OpenLock', { 'x-api-key': apiKey })
  // What was asked later and is answered shows that the opening stands in the queue.
  await site.ask('GET', '/locks', all)
  await site.apiKeys.revoke(key.id)
  await goOn()
  expect([(await waiting).statusCode, reasonOf(await waiting)]).toEqual([401, 'api-key-invalid'])
  expect(site.link.sent).toHaveLength(1)
})

test('a guest who is taken off the list while he waits is told so, and not that the key is gone', async () => {
  const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['bob'] })
  expect((await site.ask('POST', '/locks/101/create-temp-key', all, body)).statusCode).toBe(200)
  const goOn = await occupied()
  const bob = await site.user({ sub: 'bob' })
  const waiting = site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, bob)
  await site.ask('GET', '/locks', all)
  const changes = { tempKeyUuid: body.tempKeyUuid, allowedUserIds: ['carol'] }
  expect((await site.ask('POST', '/locks/101/update-temp-key', all, changes)).statusCode).toBe(200)
  await goOn()
  expect([(await waiting).statusCode, reasonOf(await waiting)]).toEqual([403, 'not-whitelisted'])
})

test.each<[unknown, readonly Scope[]]>([
  ['keys:read', ['keys:read']],
  ['keys:read,locks:read', ['keys:read', 'locks:read']],
  ['keys:read\tlocks:read profile', ['keys:read', 'locks:read']],
  [['keys:read', 'openid'], ['keys:read']],
])('a scope written as %j narrows a token, however issuers write it', async (scope, allowed) => {
  for (const kind of ['user', 'service'] as const) expect([...tokenScopes({ scope }, '', kind)]).toEqual(allowed)
  const headers = await site.user({ scope })
  expect((await site.ask('POST', '/locks/101/OpenLock', headers)).statusCode).toBe(403)
})

test('a scope that is neither words nor a list is a token that nobody understands', async () => {
  const headers = await site.user({ scope: { keys: 'read' } })
  expect((await site.ask('GET', '/locks', headers)).statusCode).toBe(401)
})

test('a key that names users is never made for whoever has its link', async () => {
  const body = keyBody({ accessMode: 'public', allowedUserIds: ['bob'] })
  const answer = await site.ask('POST', '/locks/101/create-temp-key', all, body)
  expect(answer.statusCode).toBe(400)
  expect(errorAnswer.parse(answer.json()).details).toMatchObject([{ field: 'allowedUserIds' }])
})

test('a revoked key is not made again: who asks is told that it opens nothing', async () => {
  const body = keyBody()
  await site.ask('POST', '/locks/101/create-temp-key', all, body)
  await site.ask('DELETE', `/temp-keys/${body.tempKeyUuid}`, all)
  const again = await site.ask('POST', '/locks/101/create-temp-key', all, body)
  expect([again.statusCode, reasonOf(again)]).toEqual([400, 'key-revoked'])
})

test('who may not read keys reads of no users in events either', async () => {
  const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['bob'] })
  await site.ask('POST', '/locks/101/create-temp-key', all, body)
  const carol = await site.user({ sub: 'carol' })
  expect((await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, carol)).statusCode).toBe(403)
  const read = async (scopes: Scope[]) => (await site.ask('GET', '/locks/101/events', await site.service(scopes))).body
  expect(await read(['audit:read', 'keys:read'])).toContain('user:carol')
  const audited = await read(['audit:read'])
  expect(audited).toContain('AccessDenied')
  expect(audited).not.toMatch(/carol|bob/)
})

test('whoever proved who he is is told what is wrong, whatever others at his address have guessed', async () => {
  const limited = await startApiSite('network', { failures: 2 })
  try {
    const headers = await limited.service(SCOPES)
    for (let guess = 0; guess < 5; guess += 1) await limited.ask('GET', '/temp-keys/nonsense')
    expect((await limited.ask('GET', '/temp-keys/nonsense')).statusCode).toBe(429)
    expect((await limited.ask('POST', '/locks/101/create-temp-key', headers, {})).statusCode).toBe(400)
    expect((await limited.ask('DELETE', '/temp-keys/nonsense', headers)).statusCode).toBe(400)
  } finally {
    await limited.close()
  }
})

test('what is no file of the reference is not there, whatever is asked of it', async () => {
  const at = async (url: string, headers: Record<string, string> = {}) => {
    const { statusCode } = await site.ask('GET', url, headers)
    return statusCode
  }
  expect(await at('/docs/static/..%2f..%2fpackage.json')).toBe(404)
  expect(await at('/docs/static/%00')).toBe(404)
  const css = must(/static\/[^"]+css/.exec((await site.ask('GET', '/docs/')).body)?.[0])
  expect(await at(`/docs/${css}`)).toBe(200)
  // It is answered whole, or not at all.
  expect(await at(`/docs/${css}`, { range: 'bytes=99999999-' })).toBe(200)
  expect(site.logged()).not.toContain('request failed')
})
