import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '#config/config.ts'
import type { TokenIssuer } from '#http/auth/token-issuer.ts'
import { tokenPrincipal } from '#http/auth/token-principal.ts'
import { createTokenVerifier, type TokenVerifier } from '#http/auth/token-verifier.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'
import { memoryLog } from '#test/http/support/route-site.ts'
import type { ProviderTokens } from './providers/provider-tokens.ts'
import { PROVIDERS } from './providers/providers.ts'

const NOW_S = NOW_MS / 1_000
const clock = { nowMs: () => NOW_MS, monotonicMs: () => 0, startTimer: () => () => {} }
const site = { id: 'north', name: 'North House', timeZone: 'Europe/Berlin' }

const BY_DEFAULT = ['keys:read', 'keys:write', 'locks:read', 'locks:open']

/** The `jwt` sections of the document, by their headings. */
const RECIPES = new Map(
  [...readFileSync('docs/identity-providers.md', 'utf8').matchAll(/^## ([^\n]+)\n\n```json\n(.*?)```/gms)].map(
    ([, heading = '', json = '']): [string, unknown] => [heading, z.looseObject({}).parse(JSON.parse(`{${json}}`)).jwt],
  ),
)

let folder: string
let pair: { privateKey: CryptoKey; publicKey: CryptoKey }
let opened: TokenVerifier[] = []
beforeAll(async () => {
  pair = await generateKeyPair('RS256', { extractable: true })
})
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/latchkey-providers-`)
})
afterEach(async () => {
  for (const verifier of opened) verifier.close()
  opened = []
  await rm(folder, { recursive: true })
})
afterAll(() => expect(RECIPES.size).toBe(PROVIDERS.length + 1))

const recipe = (heading: string) => {
  const jwt = parseConfig({ site, jwt: RECIPES.get(heading) }, folder).jwt
  return jwt ?? expect.fail(`no recipe for ${heading}`)
}

/** The recipe as it stands, its keys from where it says that they come from. */
async function verifierOf(heading: string, sets: readonly ProviderTokens[]): Promise<TokenVerifier> {
  const { issuers } = recipe(heading)
  const answers = new Map<unknown, string>()
  for (const [index, { jwksUrl }] of issuers.entries()) {
    const { keyMembers = {}, otherKeys = [] } = sets[index] ?? {}
    const signing = { ...(await exportJWK(pair.publicKey)), kid: 'B3xQ', ...keyMembers }
    answers.set(jwksUrl, JSON.stringify({ keys: [...otherKeys, signing] }))
  }
  const fetch = async (url: unknown) => new Response(answers.get(url) ?? null, { status: answers.has(url) ? 200 : 404 })
  const verifier = await createTokenVerifier(issuers, { clock, log: memoryLog().log, fetch })
  opened.push(verifier)
  return verifier
}

const sign = (header: object, claims: object): Promise<string> =>
  new SignJWT({ iat: NOW_S - 60, exp: NOW_S + 3_540, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'B3xQ', ...header })
    .sign(pair.privateKey)

describe.each(PROVIDERS)('by the recipe for $provider', (tokens) => {
  const { provider, people, programs, unmarked = [] } = tokens

  test.each(people)('a person $what is a user: $userId', async ({ header, claims, userId }) => {
    const verifier = await verifierOf(provider, [tokens])
    expect(await verifier.verify(await sign(header, claims))).toEqual({ kind: 'user', userId })
  })

  test('people may what people may by default, unless their token states that it is nothing', async () => {
    const verifier = await verifierOf(provider, [tokens])
    for (const { header, claims } of people) {
      const caller = await verifier.verifyCaller(await sign(header, claims))
      const { permissions, scope }: { permissions?: unknown; scope?: unknown } = claims
      const statesNothing = Array.isArray(permissions) || scope === ''
      expect(caller?.scopes).toEqual(new Set(statesNothing ? [] : BY_DEFAULT))
    }
  })

  if (programs.length > 0) {
    test.each(programs)('a program $what is a service of $organization', async ({ header, claims, organization }) => {
      const verifier = await verifierOf(provider, [tokens])
      expect(await verifier.verify(await sign(header, claims))).toEqual({ kind: 'service', organization })
    })
  } else {
    test('nobody is a service', () => {
      for (const { organizationClaim } of recipe(provider).issuers) expect(organizationClaim).toBeNull()
    })
  }

  if (unmarked.length > 0) {
    test.each(unmarked)('a program $what is no service: it is the user $userId', async (program) => {
      const verifier = await verifierOf(provider, [tokens])
      const token = await sign(program.header, program.claims)
      expect(await verifier.verify(token)).toEqual({ kind: 'user', userId: program.userId })
    })
  }

  test('tokens for another API or program, of another issuer, and those that have ended are refused', async () => {
    const verifier = await verifierOf(provider, [tokens])
    for (const { header, claims } of [...people, ...programs]) {
      const others = 'aud' in claims ? { aud: 'https://other.example' } : { client_id: 'other' }
      for (const difference of [others, { iss: 'https://evil.example' }, { exp: NOW_S }]) {
        expect(await verifier.verify(await sign(header, { ...claims, ...difference }))).toBeNull()
      }
    }
  })
})

interface OtherSettings extends Pick<TokenIssuer, 'organizationClaim'>, Partial<Pick<TokenIssuer, 'serviceMarks'>> {
  readonly provider: string
  readonly what: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly organization: string
}

describe('as the document says of other settings of a provider', () => {
  const AUTH0_ID = 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx'

  test.each<OtherSettings>([
    {
      ...{ provider: 'Auth0', what: 'without Organizations', organizationClaim: 'azp', organization: AUTH0_ID },
      claims: { sub: `${AUTH0_ID}@clients`, azp: AUTH0_ID, gty: 'client-credentials' },
    },
    {
      ...{ provider: 'Auth0', what: 'in the RFC 9068 profile', organizationClaim: 'client_id', organization: AUTH0_ID },
      serviceMarks: [{ claim: 'sub', value: `${AUTH0_ID}@clients` }],
      claims: { sub: `${AUTH0_ID}@clients`, client_id: AUTH0_ID },
    },
    {
      ...{ provider: 'Keycloak', what: 'without a claim org_id', organizationClaim: 'azp', organization: 'booking' },
      claims: { sub: '9954cd31', azp: 'booking', client_id: 'booking' },
    },
  ])('a program of $provider $what is a service of its own, and people are people', ({ provider, ...other }) => {
    const { people } = PROVIDERS.find((each) => each.provider === provider) ?? expect.fail()
    const [issuer = expect.fail()] = recipe(provider).issuers
    const { organizationClaim, organization, claims, serviceMarks = issuer.serviceMarks } = other
    const changed = { ...issuer, organizationClaim, serviceMarks }
    expect(tokenPrincipal(claims, changed, [])).toEqual({ kind: 'service', organization })
    for (const person of people) {
      expect(tokenPrincipal(person.claims, changed, [])).toEqual({ kind: 'user', userId: person.userId })
    }
  })
})

test('with every mark of every recipe at once, no provider’s person is a service', () => {
  const all = [...RECIPES.keys()].flatMap((heading) => recipe(heading).issuers)
  const marks = all.flatMap(({ serviceMarks }) => serviceMarks)
  expect(marks.length).toBeGreaterThan(4)
  for (const { provider, people } of PROVIDERS) {
    const [issuer = expect.fail()] = recipe(provider).issuers
    for (const organizationClaim of ['org_id', 'azp', 'sub', 'iss']) {
      for (const { claims, userId } of people) {
        const marked = { ...issuer, organizationClaim, serviceMarks: marks }
        expect(tokenPrincipal(claims, marked, [])).toEqual({ kind: 'user', userId })
      }
    }
  }
})

describe('of several providers', () => {
  const several = async () => {
    const sets = ['Keycloak', 'Google'].map((name) => PROVIDERS.find(({ provider }) => provider === name))
    return verifierOf(
      'Several at once',
      sets.flatMap((set) => set ?? []),
    )
  }
  const byGoogle = { iss: 'https://accounts.google.com', aud: '407408718192-8v1p0f3s9hq2.apps.googleusercontent.com' }
  const byKeycloak = { iss: 'https://login.example/realms/north', aud: 'latchkey' }

  test('two people with one id are two users, and one by two names of one provider is one', async () => {
    const verifier = await several()
    expect(await verifier.verify(await sign({}, { ...byGoogle, sub: 'ada' }))).toMatchObject({ userId: 'google:ada' })
    for (const iss of ['https://login.example/realms/north', 'https://login.north.internal/realms/north']) {
      for (const aud of ['latchkey', 'latchkey-app']) {
        expect(await verifier.verify(await sign({}, { iss, aud, sub: 'ada' }))).toMatchObject({ userId: 'ada' })
      }
    }
  })

  test('one cannot name another’s user, or be taken for another’s audience or program', async () => {
    const verifier = await several()
    for (const claims of [
      { ...byKeycloak, sub: 'google:ada' },
      { ...byKeycloak, aud: byGoogle.aud, sub: 'ada' },
      { ...byGoogle, aud: byKeycloak.aud, sub: 'ada' },
      { ...byKeycloak, org_id: 'google:north', client_id: 'booking', azp: 'booking' },
    ]) {
      expect(await verifier.verify(await sign({}, claims))).toBeNull()
    }
    const program = { client_id: 'booking', azp: 'booking', org_id: 'north', sub: 'robot' }
    expect(await verifier.verify(await sign({}, { ...byKeycloak, ...program }))).toMatchObject({ kind: 'service' })
    expect(await verifier.verify(await sign({}, { ...byGoogle, ...program }))).toMatchObject({ kind: 'user' })
  })

  test('one’s keys vouch for nobody of another', async () => {
    const stranger = await generateKeyPair('RS256', { extractable: true })
    const { issuers } = recipe('Several at once')
    const setOf = async (publicKey: CryptoKey) =>
      JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'B3xQ' }] })
    const [own, others] = [await setOf(pair.publicKey), await setOf(stranger.publicKey)]
    const fetch = async (url: unknown) => new Response(url === issuers[0]?.jwksUrl ? own : others)
    const verifier = await createTokenVerifier(issuers, { clock, log: memoryLog().log, fetch })
    opened.push(verifier)
    expect(await verifier.verify(await sign({}, { ...byKeycloak, sub: 'ada' }))).toMatchObject({ userId: 'ada' })
    expect(await verifier.verify(await sign({}, { ...byGoogle, sub: 'ada' }))).toBeNull()
  })
})
