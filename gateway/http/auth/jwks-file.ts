import { readFile, stat } from 'node:fs/promises'
import { createLocalJWKSet, importJWK, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Clock } from '#domain/clock.ts'
import type { Log } from '#domain/ports.ts'

const LOOK_AGAIN_AFTER_MS = 1_000
const FILE_MAX_BYTES = 262_144
const KEYS_MAX = 64

/** Public members only: a private key in this file is somebody's mistake, and never reaches the key set. */
const publicJwk = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('EC'), crv: z.string(), x: z.string(), y: z.string(), ...common() }),
  z.object({ kty: z.literal('OKP'), crv: z.string(), x: z.string(), ...common() }),
  z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string(), ...common() }),
])
type PublicJwk = z.infer<typeof publicJwk>

function common() {
  return { kid: z.string().exactOptional(), alg: z.string().exactOptional(), use: z.literal('sig').exactOptional() }
}

const jwksShape = z.object({ keys: z.array(z.unknown()).max(KEYS_MAX) })

/**
 * The issuer's public keys in a local file. A new file counts within a second, without a restart; one that is missing,
 * half-written, or without a usable key leaves the old keys in place, and the log says so once.
 */
export class JwksFile {
  readonly #path: string
  readonly #algorithms: ReadonlySet<string>
  readonly #deps: { clock: Clock; log: Log }
  #keys: JWTVerifyGetKey
  /** Which state of the file was looked at last, good or bad. */
  #seen: string
  #lookedAtMs: number
  #looking: Promise<void> | null = null

  static async open(
    path: string,
    algorithms: ReadonlySet<string>,
    deps: { clock: Clock; log: Log },
  ): Promise<JwksFile> {
    try {
      const seen = await fileState(path)
      return new JwksFile(path, algorithms, deps, await readKeys(path, algorithms), seen)
    } catch (error) {
      throw new Error(`jwt.jwksFile ${JSON.stringify(path)}: ${sentenceOf(error)}`)
    }
  }

  private constructor(
    path: string,
    algorithms: ReadonlySet<string>,
    deps: { clock: Clock; log: Log },
    keys: JWTVerifyGetKey,
    seen: string,
  ) {
    this.#path = path
    this.#algorithms = algorithms
    this.#deps = deps
    this.#keys = keys
    this.#seen = seen
    this.#lookedAtMs = deps.clock.monotonicMs()
  }

  async current(): Promise<JWTVerifyGetKey> {
    const nowMs = this.#deps.clock.monotonicMs()
    if (this.#looking === null && nowMs - this.#lookedAtMs >= LOOK_AGAIN_AFTER_MS) {
      this.#lookedAtMs = nowMs
      this.#looking = this.#look().finally(() => {
        this.#looking = null
      })
    }
    if (this.#looking !== null) await this.#looking
    return this.#keys
  }

  async #look(): Promise<void> {
    const seenBefore = this.#seen
    try {
      // State before content: a write between the two is seen as one more change.
      const state = await fileState(this.#path)
      if (state === this.#seen) return
      this.#seen = state
      this.#keys = await readKeys(this.#path, this.#algorithms)
      this.#deps.log.info({}, 'token keys read again')
    } catch (error) {
      if (this.#seen === seenBefore) this.#seen = 'unreadable'
      if (seenBefore === 'unreadable' && this.#seen === 'unreadable') return
      this.#deps.log.error({ cause: sentenceOf(error) }, 'token keys not usable, the old ones stay')
    }
  }
}

async function fileState(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(' ')
}

class Unusable extends Error {}

async function readKeys(path: string, algorithms: ReadonlySet<string>): Promise<JWTVerifyGetKey> {
  const bytes = await readFile(path)
  if (bytes.length > FILE_MAX_BYTES) throw new Unusable(`is larger than ${FILE_MAX_BYTES} bytes`)
  const file = jwksShape.safeParse(parseJson(bytes.toString('utf8')))
  if (!file.success) throw new Unusable('is not a JSON Web Key Set: {"keys":[…]} is expected')
  const keys = file.data.keys.flatMap((entry) => {
    const jwk = publicJwk.safeParse(entry)
    return jwk.success && algorithmsOf(jwk.data).some((algorithm) => algorithms.has(algorithm)) ? [jwk.data] : []
  })
  if (keys.length === 0) throw new Unusable(`has no public signing key for ${[...algorithms].join(', ')}`)
  for (const key of keys) await assertImportable(key)
  return createLocalJWKSet({ keys })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unusable('is not JSON')
  }
}

async function assertImportable(key: PublicJwk): Promise<void> {
  try {
    await importJWK(key, key.alg ?? algorithmsOf(key)[0])
  } catch {
    throw new Unusable(
      `has a key that cannot be read${key.kid === undefined ? '' : ` (kid ${JSON.stringify(key.kid)})`}`,
    )
  }
}

const CURVES: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}
const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

function algorithmsOf(key: PublicJwk): readonly string[] {
  const possible = key.kty === 'RSA' ? RSA_ALGORITHMS : (CURVES[key.crv] ?? [])
  return key.alg === undefined ? possible : possible.filter((algorithm) => algorithm === key.alg)
}

function sentenceOf(error: unknown): string {
  if (error instanceof Unusable) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
  return code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`
}
