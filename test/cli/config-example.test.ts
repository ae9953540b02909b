import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, parseConfig } from '#gateway/config.ts'

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
  for (const section of sections) {
    const base = z.looseObject({}).parse(example)
    const config = parseConfig({ ...base, ...z.looseObject({}).parse(section) }, '/srv/latchkey')
    const [name] = Object.keys(section)
    const parsed = name === 'jwt' ? config.jwt : config.broker
    expect(Object.keys(z.looseObject({}).parse(parsed)).sort()).toEqual(
      Object.keys(Object.values(section)[0] ?? {}).sort(),
    )
  }
})

test.each([
  { what: 'an unknown setting', change: { nonsense: true }, says: /nonsense: there is no such setting/ },
  { what: 'a site without a name', change: { site: { id: 'x', timeZone: 'UTC' } }, says: /site\.name: .*\(missing\)/ },
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
    what: 'tokens with a shared secret',
    change: { jwt: { jwksFile: 'f', issuer: 'i', audience: 'a', algorithms: ['HS256'] } },
    says: /jwt\.algorithms\.0: .*\(is "HS256"\)/,
  },
])('refuses $what', ({ change, says }) => {
  const whole = { ...z.looseObject({}).parse(example), ...change }
  expect(() => parseConfig(whole, path.resolve('.'))).toThrow(ConfigError)
  expect(() => parseConfig(whole, path.resolve('.'))).toThrow(says)
})
