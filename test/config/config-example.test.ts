import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, parseConfig } from '#config/config.ts'

const example: unknown = JSON.parse(readFileSync('config.example.json', 'utf8'))

/** `http.listeners.0.port` and so on. */
const settingsOf = (value: unknown, at: readonly string[] = []): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => settingsOf(inner, [...at, name]))
    : [at.join('.')]

test('config.example.json works, and shows every setting', () => {
  const config = parseConfig(example, '/srv/latchkey')
  expect(config.dataDir).toBe('/srv/latchkey/data')
  expect(settingsOf(example).sort()).toEqual(settingsOf(config).sort())
})

test('config.example.json shows the values that hold when nothing is said', () => {
  const { site } = z.looseObject({ site: z.unknown() }).parse(example)
  const { site: _, ...shown } = parseConfig(example, '/srv/latchkey')
  const { site: __, ...defaults } = parseConfig({ site }, '/srv/latchkey')
  expect(shown).toEqual(defaults)
})

test('what the example can’t show together stands in docs/operations.md, and works', () => {
  const text = readFileSync('docs/operations.md', 'utf8')
  const sections = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(`{${json ?? ''}}`))
  expect(sections.map((section) => Object.keys(section))).toEqual([['broker'], ['jwt']])
  const base = z.looseObject({}).parse(example)
  for (const section of sections) {
    const { broker, jwt } = parseConfig({ ...base, ...z.looseObject({}).parse(section) }, '/srv/latchkey')
    const { issuers: [issuer] = [], ...signIn } = jwt ?? {}
    const parsed = 'jwt' in section ? { ...issuer, ...signIn } : broker
    expect(Object.keys(parsed).sort()).toEqual(Object.keys(Object.values(section)[0] ?? {}).sort())
  }
})

test('what is said of the contact is one text, or one for each language', () => {
  const base = z.looseObject({ site: z.looseObject({}) }).parse(example)
  const textOf = (said: unknown) => {
    const contact = { name: 'Reception', text: said }
    return parseConfig({ ...base, site: { ...base.site, contact } }, '/srv/latchkey').site.contact?.text
  }
  for (const said of ['Day and night', { en: 'Day and night' }, { ar: 'ليلًا ونهارًا', zh: '全天' }, null]) {
    expect(textOf(said)).toEqual(said)
  }
})

const KEYS = { jwksFile: 'f', issuer: 'i', audience: 'a' }

test.each([
  { what: 'an unknown setting', change: { nonsense: true }, says: /nonsense: there is no such setting/ },
  { what: 'a site without a name', change: { site: { id: 'x', timeZone: 'UTC' } }, says: /site\.name: .*\(missing\)/ },
  {
    what: 'a contact in a language that no page speaks',
    change: {
      site: { id: 'x', name: 'X', timeZone: 'UTC', contact: { name: 'N', text: { en: 'Hello', xx: 'Xello' } } },
    },
    says: /site\.contact\.text\.xx: there is no such setting/,
  },
  {
    what: 'links without an address',
    change: { http: { listeners: [{ host: '0.0.0.0' }] } },
    says: /http\.publicUrl: must be set when the first listener has no address of its own/,
  },
  {
    what: 'locks without an address',
    change: { broker: { mode: 'embedded', host: '::' } },
    says: /broker\.advertisedHost: must be set when the broker listens on every address/,
  },
  {
    what: 'two listeners on one port',
    change: { http: { listeners: [{ port: 81 }, { port: 81 }] } },
    says: /http\.listeners: must be different from each other/,
  },
  {
    what: 'a deadline beyond the wait for it',
    change: { opening: { deadlineMs: 8_000, answerWaitMs: 7_999 } },
    says: /opening\.answerWaitMs: must be at least opening\.deadlineMs \(is 7999\)/,
  },
  {
    what: 'a deadline longer than the promise',
    change: { opening: { deadlineMs: 8_001 } },
    says: /opening\.deadlineMs: .*\(is 8001\)/,
  },
  {
    what: 'a logo that names no file',
    change: { site: { id: 'x', name: 'X', timeZone: 'UTC', logo: '' } },
    says: /site\.logo: .*\(is ""\)/,
  },
  {
    what: 'tokens with a shared secret',
    change: { jwt: { jwksFile: 'f', issuer: 'i', audience: 'a', algorithms: ['HS256'] } },
    says: /jwt\.algorithms\.0: .*\(is "HS256"\)/,
  },
  {
    what: 'services without a mark, since people’s tokens name organizations too',
    change: { jwt: { ...KEYS, organizationClaim: 'org_id' } },
    says: /jwt\.serviceMarks: must say by what a service's token is known.* \(missing\)/,
  },
  {
    what: 'an empty list of marks',
    change: { jwt: { ...KEYS, organizationClaim: 'org_id', serviceMarks: [] } },
    says: /jwt\.serviceMarks: must say by what a service's token is known.* \(is \[\]\)/,
  },
  {
    what: 'the organization itself as a mark',
    change: { jwt: { ...KEYS, organizationClaim: 'org_id', serviceMarks: [{ claim: 'org_id', value: 'acme' }] } },
    says: /jwt\.serviceMarks: must name another claim than organizationClaim/,
  },
  {
    what: 'marks without an organization',
    change: { jwt: { ...KEYS, serviceMarks: [{ claim: 'gty', value: 'client-credentials' }] } },
    says: /jwt\.serviceMarks: must go with organizationClaim/,
  },
  ...[
    { claim: 'iss', value: 'https://id.example' },
    { claim: 'user_id', sameAs: 'sub' },
    { claim: 'azp', sameAs: 'aud' },
    { claim: 'azp', sameAs: 'azp' },
    { claim: 'gty' },
    { claim: 'gty', value: '' },
    'gty',
  ].map((mark) => ({
    what: `${JSON.stringify(mark)} as a mark`,
    change: { jwt: { ...KEYS, organizationClaim: 'org_id', serviceMarks: [mark] } },
    says: /jwt\.serviceMarks\.0(\.claim|\.value)?: (must be (\{"claim", "value"\} with |a claim that not|two different)|Too small)/,
  })),
  {
    what: 'services without a mark of one of several issuers',
    change: {
      jwt: { issuers: [KEYS, { ...KEYS, issuer: 'j', jwksFile: 'g', idPrefix: 'j:', organizationClaim: 'o' }] },
    },
    says: /jwt\.issuers\.1\.serviceMarks: must say by what a service's token is known/,
  },
  {
    what: 'two issuers whose people could be taken for each other',
    change: { jwt: { issuers: [KEYS, { ...KEYS, issuer: 'j', jwksFile: 'g' }] } },
    says: /jwt\.issuers: must have different idPrefix/,
  },
  {
    what: 'two issuers with one file of keys',
    change: { jwt: { issuers: [KEYS, { ...KEYS, issuer: 'j', jwksFile: './f', idPrefix: 'j:' }] } },
    says: /jwt\.issuers: must have a jwksFile each/,
  },
  {
    what: 'one issuer twice',
    change: { jwt: { issuers: [KEYS, { ...KEYS, issuer: ['k', 'i'], jwksFile: 'g', idPrefix: 'j:' }] } },
    says: /jwt\.issuers: must name each issuer once/,
  },
  {
    what: 'a mistake in a list of issuers, with its place, and every other one',
    change: { jwt: { issuers: [KEYS, { ...KEYS, issuer: 7, idPrefix: 'a b', nonsense: 1 }], audience: 'a' } },
    says: /jwt\.issuers\.1\.issuer: must be a text or a list of texts \(is 7\)\n.*jwt\.issuers\.1\.idPrefix: must be printable.*\n.*jwt\.issuers\.1\.nonsense: there is no such setting\n.*jwt\.audience: there is no such setting/,
  },
])('refuses $what', ({ change, says }) => {
  const whole = { ...z.looseObject({}).parse(example), ...change }
  expect(() => parseConfig(whole, path.resolve('.'))).toThrow(ConfigError)
  expect(() => parseConfig(whole, path.resolve('.'))).toThrow(says)
})
