import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TokenIssuer } from '#http/auth/token-issuer.ts'
import { createTokenVerifier, type TokenVerifier } from '#http/auth/token-verifier.ts'
import { parseUserId } from '#protocol/ids.ts'
import { errorAnswer, tempKeyAnswer } from '#test/http/support/answer-schemas.ts'
import { memoryLog, NOW_MS, present, startRouteSite } from '#test/http/support/route-site.ts'
import { tokenIssuer } from '#test/http/support/token-issuer.ts'

const NOW_S = NOW_MS / 1_000
const ISSUER = 'https://id.example.org/'
const AUDIENCE = 'latchkey'

type Pair = { privateKey: CryptoKey; publicKey: CryptoKey }
let first: Pair
let second: Pair
let folder: string
let jwksFile: string
let log: ReturnType<typeof memoryLog>
let elapsedMs = 0
const clock = { nowMs: () => NOW_MS, monotonicMs: () => elapsedMs, startTimer: () => () => {} }

beforeAll(async () => {
  first = await generateKeyPair('ES256', { extractable: true })
  second = await generateKeyPair('ES256', { extractable: true })
  folder = await mkdtemp(join(tmpdir(), 'latchkey-jwks-'))
  jwksFile = join(folder, 'jwks.json')
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  log = memoryLog()
  elapsedMs = 0
  await writeFile(jwksFile, await jwks({ kid: 'first', pair: first }))
})

const jwks = async (...keys: { kid?: string; pair: Pair; alg?: string }[]): Promise<string> =>
  JSON.stringify({
    keys: await Promise.all(
      keys.map(async ({ kid, pair, alg }) => ({
        ...(await exportJWK(pair.publicKey)),
        ...(kid === undefined ? {} : { kid }),
        ...(alg === undefined ? {} : { alg }),
      })),
    ),
  })

const verifier = (...differences: Partial<TokenIssuer>[]): Promise<TokenVerifier> =>
  createTokenVerifier(
    (differences.length === 0 ? [{}] : differences).map((difference) =>
      tokenIssuer({ jwksFile, issuer: [ISSUER], audience: [AUDIENCE], ...difference }),
    ),
    { clock, log: log.log },
  )

const GOOD = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: NOW_S, exp: NOW_S + 300 }
const sign = (claims: object = {}, header: object = {}, pair: Pair = first): Promise<string> =>
  new SignJWT({ ...GOOD, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'first', ...header })
    .sign(pair.privateKey)

describe('a token', () => {
  test.each<[string, object, object]>([
    ['that is in order', {}, {}],
    ['with several audiences, ours among them', { aud: ['other', AUDIENCE] }, {}],
    ['whose last second has not passed', { exp: NOW_S + 1 }, {}],
    ['that is a minute ahead', { iat: NOW_S + 60, nbf: NOW_S + 60 }, {}],
    ['of type JWT', {}, { typ: 'JWT' }],
    ['of type at+jwt', {}, { typ: 'application/at+jwt' }],
  ])('%s names its user', async (_, claims, header) => {
    expect(await (await verifier()).verify(await sign(claims, header))).toEqual({ kind: 'user', userId: 'alice' })
  })

  test.each<[string, object, object]>([
    ['of another issuer', { iss: 'https://evil.example/' }, {}],
    ['without an issuer', { iss: undefined }, {}],
    ['for another audience', { aud: 'other' }, {}],
    ['without an audience', { aud: undefined }, {}],
    ['without an end', { exp: undefined }, {}],
    ['that ended a second ago', { exp: NOW_S - 1 }, {}],
    ['that ends now', { exp: NOW_S }, {}],
    ['with an end that is no number', { exp: 'tomorrow' }, {}],
    ['that begins in two minutes', { nbf: NOW_S + 120 }, {}],
    ['that was issued in two minutes', { iat: NOW_S + 120 }, {}],
    ['without a user', { sub: undefined }, {}],
    ['whose user is no text', { sub: 7 }, {}],
    ['whose user is empty', { sub: '' }, {}],
    ['whose user has a line break', { sub: 'alice\nbob' }, {}],
    ['of another protocol', {}, { typ: 'lock-ack+jwt' }],
    ['with an unknown kid', {}, { kid: 'unknown' }],
  ])('%s is refused', async (_, claims, header) => {
    expect(await (await verifier()).verify(await sign(claims, header))).toBeNull()
    expect(log.logged()).toContain('token refused')
  })

  test('signed by another key is refused, though it brings that key along', async () => {
    const jwk = await exportJWK(second.publicKey)
    const header = { jwk, jku: 'https://evil.example/jwks.json', x5u: 'https://evil.example/x5u' }
    expect(await (await verifier()).verify(await sign({}, header, second))).toBeNull()
  })

  test('with no signature, or one made with the public key as a secret, is refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part(GOOD)}.`
    const secret = new TextEncoder().encode(await jwks({ kid: 'first', pair: first }))
    const symmetric = await new SignJWT(GOOD).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret)
    const tokens = await verifier()
    for (const token of [unsigned, symmetric, '', '.', '..', 'a.b.c', `${'a'.repeat(20_000)}`, '\0']) {
      expect(await tokens.verify(token)).toBeNull()
    }
  })

  test('with a flipped bit in any part is refused', async () => {
    const token = await sign()
    const tokens = await verifier()
    for (const at of [3, token.indexOf('.') + 5, token.lastIndexOf('.') + 5]) {
      const flipped = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(await tokens.verify(flipped)).toBeNull()
    }
  })

  test('may have its user in another claim, and needs no subject then', async () => {
    const tokens = await verifier({ userIdClaim: 'oid' })
    expect(await tokens.verify(await sign({ oid: 'bob' }))).toMatchObject({ userId: 'bob' })
    expect(await tokens.verify(await sign({ oid: 'bob', sub: undefined }))).toMatchObject({ userId: 'bob' })
    expect(await tokens.verify(await sign())).toBeNull()
  })

  test.each<[boolean, object]>([
    [true, { aud: 'second' }],
    [true, { aud: ['other', 'second'] }],
    [true, { client_id: 'first' }],
    [true, { azp: 'second' }],
    [true, { client_id: 'first', azp: 'second' }],
    [false, { aud: 'other', client_id: 'first', azp: 'first' }],
    [false, { aud: [], client_id: 'first' }],
    [false, { aud: null, client_id: 'first' }],
    [false, { aud: { first: true } }],
    [false, { client_id: 'other' }],
    [false, { client_id: 'first', azp: 'other' }],
    [false, { client_id: ['first'] }],
    [false, {}],
  ])('is for one of several audiences or, without any, from one of them: %s with %j', async (isFor, claims) => {
    const tokens = await verifier({ audience: ['first', 'second'] })
    const who = await tokens.verify(await sign({ aud: undefined, ...claims }))
    expect(who).toEqual(isFor ? { kind: 'user', userId: 'alice' } : null)
  })

  test('without a kid is tried with each key that fits', async () => {
    await writeFile(jwksFile, await jwks({ kid: 'first', pair: first }, { kid: 'second', pair: second }))
    const tokens = await verifier()
    expect(await tokens.verify(await sign({}, { kid: undefined }, second))).toMatchObject({ userId: 'alice' })
    const stranger = await generateKeyPair('ES256')
    expect(await tokens.verify(await sign({}, { kid: undefined }, stranger))).toBeNull()
  })

  test('that names a key is tried with those of the set that have no name, and with no others', async () => {
    await writeFile(jwksFile, await jwks({ kid: 'first', pair: first }, { pair: second }))
    const tokens = await verifier()
    expect(await tokens.verify(await sign({}, { kid: 'of-the-provider' }, second))).toMatchObject({ userId: 'alice' })
    expect(await tokens.verify(await sign({}, { kid: 'first' }, first))).toMatchObject({ userId: 'alice' })
    expect(await tokens.verify(await sign({}, { kid: 'of-the-provider' }, first))).toBeNull()
    expect(await tokens.verify(await sign({}, { kid: 'first' }, second))).toBeNull()
    await writeFile(jwksFile, await jwks({ pair: first }, { pair: second }))
    elapsedMs += 1_000
    for (const pair of [first, second]) {
      expect(await tokens.verify(await sign({}, { kid: 'x' }, pair))).toMatchObject({ userId: 'alice' })
    }
  })

  test('is verified by the one key of a set of 500 that it names', async () => {
    const many = Array.from({ length: 499 }, (_, n) => ({ kid: `other-${n}`, pair: second }))
    await writeFile(jwksFile, await jwks(...many, { kid: 'first', pair: first }))
    expect(await (await verifier()).verify(await sign())).toMatchObject({ userId: 'alice' })
  })

  test.each([
    [63, true],
    [64, false],
  ])('that names none is tried with 64 keys and no more: with %i before its own, good is %s', async (before, good) => {
    const others = Array.from({ length: before }, (_, n) => ({ kid: `other-${n}`, pair: second }))
    await writeFile(jwksFile, await jwks(...others, { kid: 'first', pair: first }))
    const user = await (await verifier()).verify(await sign({}, { kid: undefined }))
    expect(user !== null).toBe(good)
  })

  test('is never in the log', async () => {
    const token = await sign({ exp: NOW_S - 1, sub: 'secret-user' })
    await (await verifier()).verify(token)
    expect(log.logged()).not.toContain(token.slice(0, 20))
    expect(log.logged()).not.toContain('secret-user')
  })
})

describe('the file of keys', () => {
  const rotated = async () => await sign({}, { kid: 'second' }, second)

  test('counts within a second after it changed, without a restart', async () => {
    const tokens = await verifier()
    expect(await tokens.verify(await rotated())).toBeNull()
    await writeFile(`${jwksFile}.new`, await jwks({ kid: 'second', pair: second }))
    await rename(`${jwksFile}.new`, jwksFile)
    elapsedMs += 999
    expect(await tokens.verify(await rotated())).toBeNull()
    elapsedMs += 1
    expect(await tokens.verify(await rotated())).toMatchObject({ userId: 'alice' })
    expect(await tokens.verify(await sign())).toBeNull()
  })

  test.each([
    ['half-written', '{"keys":[{"kty":"EC","crv":"P-2'],
    ['empty', ''],
    ['without keys', '{"keys":[]}'],
    ['only secrets', '{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}'],
    ['only keys for encryption', '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","use":"enc"}]}'],
    ['with a point that is on no curve', '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}'],
    ['no key set', '[]'],
    ['gone', null],
  ])('leaves the old keys in place when it is %s, says so once, and counts again when it is whole', async (_, text) => {
    const tokens = await verifier()
    if (text === null) await rm(jwksFile)
    else await writeFile(jwksFile, text)
    for (let second = 0; second < 3; second += 1) {
      elapsedMs += 1_000
      expect(await tokens.verify(await sign())).toMatchObject({ userId: 'alice' })
    }
    expect(log.logged().match(/token keys not usable/g)).toHaveLength(1)
    await writeFile(jwksFile, await jwks({ kid: 'second', pair: second }))
    elapsedMs += 1_000
    expect(await tokens.verify(await rotated())).toMatchObject({ userId: 'alice' })
  })

  test.each([
    ['there is no such file', null],
    ['is not JSON', '{"keys":'],
    ['is not a JSON Web Key Set', '{}'],
    ['has no public signing key for ES256', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
  ])('stops the start with one sentence: %s', async (sentence, text) => {
    if (text === null) await rm(jwksFile)
    else await writeFile(jwksFile, text)
    const error = await verifier().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain(sentence)
    expect(String(error)).not.toContain('\n')
  })

  test.each([[['HS256']], [['ES256', 'none']], [[]]])('is not read for algorithms %j', async (algorithms) => {
    await expect(verifier({ algorithms })).rejects.toThrow(/jwt\.algorithms/)
  })
})

const credentials = (
  authorization: string | string[] | undefined,
  accept: string,
): Record<string, string | string[]> => (authorization === undefined ? { accept } : { accept, authorization })

describe('a key for named users', () => {
  const userId = present(parseUserId('alice'))
  const withTokens = async () => {
    const site = await startRouteSite({ tokens: await verifier() })
    const key = site.addKey({ accessMode: 'user-whitelist', allowedUserIds: [userId] })
    const ask = (method: 'GET' | 'POST', authorization?: string | string[], accept = '*/*') =>
      site.app.inject({
        method,
        url: `/temp-keys/${key.uuid}${method === 'POST' ? '/open' : ''}`,
        headers: credentials(authorization, accept),
      })
    return { site, ask }
  }

  test('opens for them, and shows itself to them', async () => {
    const { ask } = await withTokens()
    expect((await ask('POST', `Bearer ${await sign()}`)).statusCode).toBe(303)
    expect(tempKeyAnswer.parse((await ask('GET', `bearer ${await sign()}`)).json())).toMatchObject({ usedCount: 1 })
  })

  test.each([
    ['token-missing', undefined],
    ['token-missing', 'Bearer'],
    ['token-missing', 'Basic YWxpY2U6eA=='],
    ['token-invalid', 'Bearer undefined'],
    ['token-invalid', 'Bearer <token>'],
    ['token-invalid', ['Bearer a', 'Bearer b']],
  ])('is 401 %s with %j, and says nothing of the door', async (reason, authorization) => {
    const { site, ask } = await withTokens()
    for (const method of ['GET', 'POST'] as const) {
      const answer = await ask(method, authorization)
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(errorAnswer.parse(answer.json()).reason).toBe(reason)
      expect(answer.body).not.toMatch(/Side entrance|2026-/)
    }
    expect(site.link.sent).toHaveLength(0)
  })

  test('is 403 for somebody else, and says nothing of the door', async () => {
    const { site, ask } = await withTokens()
    for (const [method, accept] of [
      ['GET', '*/*'],
      ['POST', '*/*'],
      ['GET', 'text/html'],
      ['POST', 'text/html'],
    ] as const) {
      const answer = await ask(method, `Bearer ${await sign({ sub: 'Alice' })}`, accept)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).not.toMatch(/Side entrance|24 Nov|2026-/)
      if (accept === '*/*') expect(errorAnswer.parse(answer.json()).reason).toBe('not-whitelisted')
    }
    expect(site.link.sent).toHaveLength(0)
  })

  test('has no good token where none is configured', async () => {
    const site = await startRouteSite()
    const key = site.addKey({ accessMode: 'user-whitelist', allowedUserIds: [userId] })
    const headers = { authorization: `Bearer ${await sign()}` }
    const answer = await site.app.inject({ method: 'POST', url: `/temp-keys/${key.uuid}/open`, headers })
    expect(errorAnswer.parse(answer.json()).reason).toBe('token-invalid')
  })
})
