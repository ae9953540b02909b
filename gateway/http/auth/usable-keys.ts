import { createLocalJWKSet, errors, importJWK, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { ALGORITHMS_OF_CURVE, RSA_ALGORITHMS } from './algorithms.ts'

export const JWKS_MAX_BYTES = 262_144
/** Some providers keep a key of each of their tenants or applications in one set. */
const KEYS_MAX = 1_000

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

export interface UsableKeys {
  readonly keys: readonly PublicJwk[]
  readonly find: JWTVerifyGetKey
}

/** One sentence that says what is wrong with a key set, without its text. */
export class Unusable extends Error {}

/** The keys that can be used, whatever stands beside them. @throws Unusable when there is none */
export async function parseKeys(bytes: Buffer, algorithms: ReadonlySet<string>): Promise<UsableKeys> {
  if (bytes.length > JWKS_MAX_BYTES) throw new Unusable(`is larger than ${JWKS_MAX_BYTES} bytes`)
  const file = jwksShape.safeParse(parseJson(bytes.toString('utf8')))
  if (!file.success)
    throw new Unusable(`is not a JSON Web Key Set: {"keys":[…]} is expected, of ${KEYS_MAX} keys at most`)
  const fitting = file.data.keys.flatMap((entry) => {
    const jwk = publicJwk.safeParse(entry)
    return jwk.success && algorithmsOf(jwk.data).some((algorithm) => algorithms.has(algorithm)) ? [jwk.data] : []
  })
  const good = await Promise.all(fitting.map(isImportable))
  const keys = fitting.filter((_, index) => good[index])
  if (keys.length === 0) throw new Unusable(`has no public signing key for ${[...algorithms].join(', ')}`)
  return { keys, find: finderOf(keys) }
}

/** A key without a `kid` may be the one that a token names: its provider names keys in tokens alone. */
function finderOf(keys: readonly PublicJwk[]): JWTVerifyGetKey {
  const byName = createLocalJWKSet({ keys: [...keys] })
  const nameless = keys.filter(({ kid }) => kid === undefined)
  if (nameless.length === 0) return byName
  const ofNameless = createLocalJWKSet({ keys: nameless })
  return async ({ kid, ...header }, token) => {
    try {
      return await byName({ ...header, ...(kid !== undefined && { kid }) }, token)
    } catch (error) {
      if (kid === undefined || !(error instanceof errors.JWKSNoMatchingKey)) throw error
      return await ofNameless(header, token)
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unusable('is not JSON')
  }
}

async function isImportable(key: PublicJwk): Promise<boolean> {
  try {
    await importJWK(key, key.alg ?? algorithmsOf(key)[0])
    return true
  } catch {
    return false
  }
}

function algorithmsOf(key: PublicJwk): readonly string[] {
  const possible = key.kty === 'RSA' ? RSA_ALGORITHMS : (ALGORITHMS_OF_CURVE[key.crv] ?? [])
  return key.alg === undefined ? possible : possible.filter((algorithm) => algorithm === key.alg)
}
