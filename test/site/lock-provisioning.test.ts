import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { canonicalPublicKey } from '#site/gateway-key.ts'
import { isPublishedKey } from '#site/published-keys.ts'
import { SiteDir } from '#test/support/site-dir.ts'

const vectors = z
  .looseObject({ keys: z.record(z.string(), z.looseObject({ publicPem: z.string(), privatePem: z.string() })) })
  .parse(JSON.parse(readFileSync('protocol/vectors.json', 'utf8')))

const spki = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
const boardKey = (): string => spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
/** The same key in another form of PEM. */
const rewritten = (pem: string, ...form: string[]): string =>
  execFileSync('openssl', ['ec', '-pubin', '-pubout', ...form], {
    input: pem,
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString()
const FORMS: readonly [string, (pem: string) => string][] = [
  ['as it is', (pem) => pem],
  ['with a compressed point', (pem) => rewritten(pem, '-conv_form', 'compressed')],
  ['with its curve spelled out', (pem) => rewritten(pem, '-param_enc', 'explicit')],
]

async function withSite(
  use: (add: (lockId: number, publicKeyPem: string) => Promise<string>, dir: SiteDir) => Promise<void>,
) {
  await using dir = await SiteDir.make()
  await use(async (lockId, publicKeyPem) => {
    const { status, body } = await dir.owner((api) => api('POST', '/locks', { lockId, name: 'Door', publicKeyPem }))
    if (status === 201) return 'added'
    return (
      z.looseObject({ details: z.array(z.looseObject({ message: z.string() })) }).parse(body).details[0]?.message ?? ''
    )
  }, dir)
}

/** The one lock's key, in the form in which it was given: earlier versions kept it so. */
function asEarlierVersion(dir: SiteDir, key: string): void {
  const store = new Database(path.join(dir.dataDir, 'latchkey.db'))
  store.prepare('UPDATE locks SET public_key_pem = ?').run(rewritten(key, '-conv_form', 'compressed'))
  store.close()
}

describe('a lock is not added with', () => {
  test.each(Object.entries(vectors.keys).map(([name, { publicPem }]) => ({ name, publicPem })))(
    'the published test key of $name, however it is written',
    async ({ publicPem }) => {
      await withSite(async (add) => {
        for (const [, write] of FORMS) expect(await add(1, write(publicPem))).toMatch(/^this test key is published/)
        expect(await add(1, boardKey())).toBe('added')
      })
    },
  )

  test('the gateway’s own key, however it is written', async () => {
    await withSite(async (add, dir) => {
      expect(await add(1, boardKey())).toBe('added')
      const own = spki(createPublicKey(readFileSync(path.join(dir.dataDir, 'gateway-key.pem'), 'utf8')))
      for (const [, write] of FORMS) expect(await add(2, write(own))).toMatch(/^this is the gateway’s own key/)
    })
  })

  test('a key that another lock has, however it is written', async () => {
    await withSite(async (add) => {
      const key = boardKey()
      expect(await add(7, rewritten(key, '-conv_form', 'compressed'))).toBe('added')
      for (const [, write] of FORMS)
        expect(await add(8, write(key))).toMatch(/^this is a key of lock 7, now or once: each lock needs/)
    })
  })

  test('a key that another lock was given in another form by an earlier version', async () => {
    await withSite(async (add, dir) => {
      const key = boardKey()
      expect(await add(7, key)).toBe('added')
      asEarlierVersion(dir, key)
      for (const [, write] of FORMS)
        expect(await add(8, write(key))).toMatch(/^this is a key of lock 7, now or once: each lock/)
      expect(await add(8, boardKey())).toBe('added')
    })
  })

  test('a key that a lock had once, and was given in another form by an earlier version', async () => {
    await withSite(async (add, dir) => {
      const key = boardKey()
      expect(await add(7, key)).toBe('added')
      asEarlierVersion(dir, key)
      const reflash = async (publicKeyPem: string) =>
        (await dir.owner((api) => api('POST', '/locks/7/reflash', { publicKeyPem }))).status
      expect(await reflash(boardKey())).toBe(200)
      for (const [, write] of FORMS) {
        expect(await add(8, write(key))).toMatch(/^this is a key of lock 7, now or once/)
        expect(await reflash(write(key))).toBe(400)
      }
    })
  })

  test('a private key, or one of another kind', async () => {
    await withSite(async (add) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      expect(await add(1, secret)).toMatch(/^this is a private key/)
      for (const [other, says] of [
        [spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey), /^this is a key of the curve P-384/],
        [spki(generateKeyPairSync('ed25519').publicKey), /^this is an Ed25519 key/],
        [spki(generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey), /^this is an RSA key/],
        ['no key', /^not a P-256 public key in any form/],
      ] as const) {
        expect(await add(1, other)).toMatch(says)
      }
    })
  })
})

test('every key that vectors.json publishes is known, and no other', () => {
  for (const { publicPem } of Object.values(vectors.keys))
    expect(isPublishedKey(canonicalPublicKey(publicPem))).toBe(true)
  expect(isPublishedKey(canonicalPublicKey(boardKey()))).toBe(false)
})

test('a gateway with a published test key does not start: everybody could open its doors', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(1)
  writeFileSync(path.join(dir.dataDir, 'gateway-key.pem'), vectors.keys.gateway?.privatePem ?? '')
  await expect(dir.owner((api) => api('GET', '/locks'))).rejects.toThrow(
    /gateway-key\.pem is a test key that is published/,
  )
})
