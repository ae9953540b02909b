import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AUDIENCE, GOOD, NOW_S, TokenLab } from './token-lab.ts'

let lab: TokenLab
beforeEach(async () => {
  lab = await TokenLab.start()
})
afterEach(() => lab.close())

describe('a token', () => {
  test.each<[string, object, object]>([
    ['that is in order', {}, {}],
    ['with several audiences, ours among them', { aud: ['other', AUDIENCE] }, {}],
    ['whose last second has not passed', { exp: NOW_S + 1 }, {}],
    ['that is a minute ahead', { iat: NOW_S + 60, nbf: NOW_S + 60 }, {}],
    ['of type JWT', {}, { typ: 'JWT' }],
    ['of type at+jwt', {}, { typ: 'application/at+jwt' }],
  ])('%s names its user', async (_, claims, header) => {
    expect(await (await lab.verifier()).verify(await lab.sign(claims, header))).toEqual({
      kind: 'user',
      userId: 'alice',
    })
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
    expect(await (await lab.verifier()).verify(await lab.sign(claims, header))).toBeNull()
    expect(lab.log.logged()).toContain('token refused')
  })

  test('signed by another key is refused, though it brings that key along', async () => {
    const jwk = await exportJWK(lab.second.publicKey)
    const header = { jwk, jku: 'https://evil.example/jwks.json', x5u: 'https://evil.example/x5u' }
    expect(await (await lab.verifier()).verify(await lab.sign({}, header, lab.second))).toBeNull()
  })

  test('with no signature, or one made with the public key as a secret, is refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part(GOOD)}.`
    const secret = new TextEncoder().encode(await lab.jwks({ kid: 'first', pair: lab.first }))
    const symmetric = await new SignJWT(GOOD).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret)
    const tokens = await lab.verifier()
    for (const token of [unsigned, symmetric, '', '.', '..', 'a.b.c', `${'a'.repeat(20_000)}`, '\0']) {
      expect(await tokens.verify(token)).toBeNull()
    }
  })

  test('with a flipped bit in any part is refused', async () => {
    const token = await lab.sign()
    const tokens = await lab.verifier()
    for (const at of [3, token.indexOf('.') + 5, token.lastIndexOf('.') + 5]) {
      const flipped = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(await tokens.verify(flipped)).toBeNull()
    }
  })

  test('may have its user in another claim, and needs no subject then', async () => {
    const tokens = await lab.verifier({ userIdClaim: 'oid' })
    expect(await tokens.verify(await lab.sign({ oid: 'bob' }))).toMatchObject({ userId: 'bob' })
    expect(await tokens.verify(await lab.sign({ oid: 'bob', sub: undefined }))).toMatchObject({ userId: 'bob' })
    expect(await tokens.verify(await lab.sign())).toBeNull()
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
    const tokens = await lab.verifier({ audience: ['first', 'second'] })
    const who = await tokens.verify(await lab.sign({ aud: undefined, ...claims }))
    expect(who).toEqual(isFor ? { kind: 'user', userId: 'alice' } : null)
  })

  test('without a kid is tried with each key that fits', async () => {
    await lab.putKeys({ kid: 'first', pair: lab.first }, { kid: 'second', pair: lab.second })
    const tokens = await lab.verifier()
    expect(await tokens.verify(await lab.sign({}, { kid: undefined }, lab.second))).toMatchObject({ userId: 'alice' })
    const stranger = await generateKeyPair('ES256')
    expect(await tokens.verify(await lab.sign({}, { kid: undefined }, stranger))).toBeNull()
  })

  test('that names a key is tried with those of the set that have no name, and with no others', async () => {
    await lab.putKeys({ kid: 'first', pair: lab.first }, { pair: lab.second })
    const tokens = await lab.verifier()
    expect(await tokens.verify(await lab.sign({}, { kid: 'of-the-provider' }, lab.second))).toMatchObject({
      userId: 'alice',
    })
    expect(await tokens.verify(await lab.sign({}, { kid: 'first' }, lab.first))).toMatchObject({ userId: 'alice' })
    expect(await tokens.verify(await lab.sign({}, { kid: 'of-the-provider' }, lab.first))).toBeNull()
    expect(await tokens.verify(await lab.sign({}, { kid: 'first' }, lab.second))).toBeNull()
    await lab.putKeys({ pair: lab.first }, { pair: lab.second })
    lab.elapsedMs += 1_000
    for (const pair of [lab.first, lab.second]) {
      expect(await tokens.verify(await lab.sign({}, { kid: 'x' }, pair))).toMatchObject({ userId: 'alice' })
    }
  })

  test('is verified by the one key of a set of 500 that it names', async () => {
    const many = Array.from({ length: 499 }, (_, n) => ({ kid: `other-${n}`, pair: lab.second }))
    await lab.putKeys(...many, { kid: 'first', pair: lab.first })
    expect(await (await lab.verifier()).verify(await lab.sign())).toMatchObject({ userId: 'alice' })
  })

  test.each([
    [63, true],
    [64, false],
  ])('that names none is tried with 64 keys and no more: with %i before its own, good is %s', async (before, good) => {
    const others = Array.from({ length: before }, (_, n) => ({ kid: `other-${n}`, pair: lab.second }))
    await lab.putKeys(...others, { kid: 'first', pair: lab.first })
    const user = await (await lab.verifier()).verify(await lab.sign({}, { kid: undefined }))
    expect(user !== null).toBe(good)
  })

  test('is never in the log', async () => {
    const token = await lab.sign({ exp: NOW_S - 1, sub: 'secret-user' })
    await (await lab.verifier()).verify(token)
    expect(lab.log.logged()).not.toContain(token.slice(0, 20))
    expect(lab.log.logged()).not.toContain('secret-user')
  })
})
