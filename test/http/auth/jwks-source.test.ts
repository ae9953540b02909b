import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTokenVerifier, type TokenVerifier } from '#http/auth/token-verifier.ts'
import { createReadiness } from '#site/readiness.ts'
import { memoryLog } from '#test/http/support/route-site.ts'
import { tokenIssuer } from '#test/http/support/token-issuer.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { until } from '#test/support/until.ts'

const URL_OF_KEYS = 'https://id.example.org/jwks.json?token=secret-in-url'
type Pair = { privateKey: CryptoKey; publicKey: CryptoKey }

let folder: string
let file: string
let clock: ManualClock
let log: ReturnType<typeof memoryLog>
let one: Pair
let two: Pair
/** What the source answers now; null when it can't be reached. */
let source: (() => Response | Promise<Response>) | null
let asked: number
const open: TokenVerifier[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-jwks-source-'))
  file = join(folder, 'jwks.json')
  clock = new ManualClock()
  log = memoryLog()
  one = await generateKeyPair('ES256', { extractable: true })
  two = await generateKeyPair('ES256', { extractable: true })
  source = null
  asked = 0
  await writeFile(file, await keySet(['one', one]))
  await utimes(file, clock.nowMs() / 1_000, clock.nowMs() / 1_000)
})
afterEach(async () => {
  for (const verifier of open.splice(0)) verifier.close()
  await rm(folder, { recursive: true })
})

const keySet = async (...keys: [kid: string, pair: Pair][]): Promise<string> =>
  JSON.stringify({
    keys: await Promise.all(
      keys.map(async ([kid, pair]) => ({ ...(await exportJWK(pair.publicKey)), kid, use: 'sig' })),
    ),
  })

async function start(): Promise<TokenVerifier> {
  const verifier = await createTokenVerifier(
    [tokenIssuer({ jwksFile: file, jwksUrl: URL_OF_KEYS, issuer: ['i'], audience: ['a'] })],
    {
      clock,
      log: log.log,
      fetch: async () => {
        asked += 1
        if (source === null) throw new TypeError('fetch failed')
        return await source()
      },
    },
  )
  open.push(verifier)
  await refreshed(verifier)
  return verifier
}

const token = (kid: string, { privateKey }: Pair): Promise<string> =>
  new SignJWT({ sub: 'alice' })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer('i')
    .setAudience('a')
    .setExpirationTime(Math.floor(clock.nowMs() / 1_000) + 600)
    .sign(privateKey)

/** The first refresh is over, well or not: it reads and writes real files. */
const refreshed = (verifier: TokenVerifier) =>
  until('the source was asked', async () => {
    const asking = (await verifier.status())[0]?.source ?? null
    return asking !== null && (asking.refreshedAtMs !== null || asking.problem !== null)
  })
/** The file is looked at once a second. */
const untilFine = (verifier: TokenVerifier, keys: number) =>
  until('all is well', async () => {
    await clock.passMs(1_000)
    const check = await readiness(verifier)
    return check?.status === 'ok' && check.facts?.keys === keys
  })
const readiness = async (verifier: TokenVerifier) => {
  const checks = createReadiness({
    store: { unsettledOpenings: async () => [] },
    link: { connected: true },
    tokens: verifier,
    open: { clock, clockTrust: { releasedAtMs: 0, lastStoredMs: () => 0 }, isShuttingDown: () => false },
    proxyNotice: { forwardedForIgnoredAtMs: null },
    logo: { problem: null },
    writes: { verdict: () => ({ kind: 'good' }) },
    freePercent: () => 50,
    presence: { counts: async () => ({ online: 0, offline: 0, neverCame: 0, withoutKey: 0, retired: 0 }) },
    linesLost: () => 0,
    notices: { receivers: 1, store: { waitingNotices: async () => [] }, records: () => [] },
    heartbeat: null,
  })
  return (await checks()).jwks
}

describe('the source of token keys', () => {
  test('being down for two days changes nothing for known keys, and lets nobody in by an unknown one', async () => {
    const verifier = await start()
    for (let hour = 0; hour < 48; hour += 1) {
      await clock.passMs(3_600_000)
      expect(await verifier.verify(await token('one', one))).toMatchObject({ userId: 'alice' })
      expect(await verifier.verify(await token('two', two))).toBeNull()
    }
    expect(log.logged().match(/token keys not refreshed/g)).toHaveLength(1)
    expect(await readiness(verifier)).toMatchObject({
      status: 'warning',
      facts: { keys: 1, refreshedAt: null, refreshProblem: 'the source cannot be reached', stale: expect.any(String) },
    })
    source = async () => new Response(await keySet(['one', one], ['two', two]))
    await clock.passMs(15 * 60_000)
    await untilFine(verifier, 2)
    expect(await verifier.verify(await token('two', two))).toMatchObject({ userId: 'alice' })
    const healed = await readiness(verifier)
    expect(healed).toMatchObject({ status: 'ok', facts: { keys: 2 } })
    expect(healed?.facts).not.toHaveProperty('stale')
  })

  test('brings a rotated key whose provider names none, or gave it the old name', async () => {
    const nameless = async (pair: Pair) => {
      const { keys } = z
        .object({ keys: z.array(z.record(z.string(), z.unknown())) })
        .parse(JSON.parse(await keySet(['x', pair])))
      return JSON.stringify({ keys: keys.map(({ kid: _, ...key }) => key) })
    }
    await writeFile(file, await nameless(one))
    const verifier = await start()
    expect(await verifier.verify(await token('named', one))).not.toBeNull()
    source = async () => new Response(await nameless(two))
    await clock.passMs(60_000)
    expect(await verifier.verify(await token('named anew', two))).not.toBeNull()
    source = async () => new Response(await keySet(['x', one]))
    await clock.passMs(60_000)
    expect(await verifier.verify(await token('x', one))).not.toBeNull()
    source = async () => new Response(await keySet(['x', two]))
    await clock.passMs(60_000)
    expect(await verifier.verify(await token('x', two))).not.toBeNull()
  })

  test('brings a rotated key without a restart, at the first token that has it, and keeps it over one', async () => {
    source = async () => new Response(await keySet(['one', one]))
    const verifier = await start()
    source = async () => new Response(await keySet(['two', two]))
    await clock.passMs(60_000)
    expect(await verifier.verify(await token('two', two))).toMatchObject({ userId: 'alice' })
    expect(await verifier.verify(await token('one', one))).toBeNull()
    verifier.close()
    source = null
    expect(await (await start()).verify(await token('two', two))).toMatchObject({ userId: 'alice' })
  })

  test('lets everybody in whose token came while the new key was being fetched', async () => {
    source = async () => new Response(await keySet(['one', one]))
    const verifier = await start()
    let answer = () => {}
    const fetched = new Promise<void>((resolve) => {
      answer = resolve
    })
    source = async () => {
      await fetched
      return new Response(await keySet(['two', two]))
    }
    await clock.passMs(60_000)
    const verified = [verifier.verify(await token('two', two)), verifier.verify(await token('two', two))]
    await until('the source is asked', () => asked === 2)
    answer()
    expect(await Promise.all(verified)).toMatchObject([{ userId: 'alice' }, { userId: 'alice' }])
    expect(asked).toBe(2)
  })

  test('is not asked by each stranger with a key of his own', async () => {
    const verifier = await start()
    await clock.passMs(60_000)
    const before = asked
    for (let count = 0; count < 20; count += 1) await verifier.verify(await token(`stranger-${count}`, two))
    expect(asked - before).toBe(1)
  })

  test.each<[string, () => Response]>([
    ['half an answer', () => new Response('{"keys":[{"kty":"EC","crv":"P-2')],
    ['no keys', () => new Response('{"keys":[]}')],
    ['only a shared secret', () => new Response('{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}')],
    ['only a point on no curve', () => new Response('{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}')],
    ['an error page', () => new Response('<html>', { status: 503 })],
    ['far too much', () => new Response('x'.repeat(300_000))],
  ])('that answers with %s leaves the file as it was, and says so', async (_, answer) => {
    const before = await readFile(file, 'utf8')
    source = answer
    const verifier = await start()
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(await verifier.verify(await token('one', one))).toMatchObject({ userId: 'alice' })
    expect((await readiness(verifier))?.status).toBe('warning')
    expect(log.logged()).toContain('token keys not refreshed')
    expect(log.logged()).not.toContain('secret-in-url')
    expect(JSON.stringify(await readiness(verifier))).not.toContain('secret-in-url')
  })

  test('writes the file whole, without private keys, and leaves nothing beside it', async () => {
    const withSecret = { ...(await exportJWK(two.privateKey)), kid: 'two' }
    source = () => new Response(JSON.stringify({ keys: [withSecret, { kty: 'oct', k: 'c2VjcmV0' }, 'nonsense'] }))
    const verifier = await start()
    await verifier.verify(await token('two', two))
    expect(await readdir(folder)).toEqual(['jwks.json'])
    const { keys } = JSON.parse(await readFile(file, 'utf8'))
    expect(keys).toHaveLength(1)
    expect(keys[0]).not.toHaveProperty('d')
  })

  test('fills in for a first file that is missing, and a start without either stops', async () => {
    await rm(file)
    await expect(start()).rejects.toThrow(/there is no such file/)
    source = async () => new Response(await keySet(['one', one]))
    expect(await (await start()).verify(await token('one', one))).toMatchObject({ userId: 'alice' })
    expect(existsSync(file)).toBe(true)
  })
})

test('a half-written file beside a good source leaves the old keys, and stands in readiness until it is whole', async () => {
  const verifier = await start()
  await writeFile(file, '{"keys":[{"kty"')
  await clock.passMs(1_000)
  expect(await verifier.verify(await token('one', one))).toMatchObject({ userId: 'alice' })
  expect(await readiness(verifier)).toMatchObject({ status: 'warning', facts: { problem: 'the file is not JSON' } })
  source = async () => new Response(await keySet(['one', one]))
  await clock.passMs(15 * 60_000)
  await untilFine(verifier, 1)
})
