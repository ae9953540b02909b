import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { judgeKey, otherCurve, otherKind, PRIVATE_KEY, type ReadKey } from './key-verdict.ts'
import { readPoint } from './point-key.ts'

const jwk = z.looseObject({ kty: z.string(), crv: z.string().exactOptional() })
const set = z.looseObject({ keys: z.array(z.unknown()) })
const coordinates = z.looseObject({ x: z.string(), y: z.string() })
/** Of RSA, EC and OKP keys; a symmetric key (`oct`) has `k`. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'] as const

/** A JWK, a set with one in it, or an object that holds one as `jwk`; otherwise the first that stands in the text. */
export const readJwk = (text: string): ReadKey | null => readWhole(text) ?? jwksIn(text)[0] ?? null

/** Null for what is no such JSON. */
function readWhole(text: string): ReadKey | null {
  const parsed = parsedJson(text)
  const found = set.safeParse(parsed)
  const [only, ...more] = found.success ? found.data.keys : [parsed]
  if (more.length > 0) return { wrong: `there are ${more.length + 1} keys in this set: give the lock's own alone` }
  const key = jwk.safeParse(only)
  if (!key.success) return null
  return isDoubled(text)
    ? { wrong: 'a member of this JWK stands twice, and nobody knows which one counts' }
    : readOne(key.data)
}

/** Parsers disagree on which of two members counts. More objects than one are each looked at by themselves. */
const isDoubled = (text: string): boolean =>
  (text.match(/\{[^{}]*\}/g) ?? []).some((object) =>
    ['kty', 'crv', 'x', 'y'].some((member) => (object.match(new RegExp(`"${member}"\\s*:`, 'g')) ?? []).length > 1),
  )

/** Every JWK that stands in a text, whatever is around it. A JWK holds no other object. */
export function jwksIn(text: string): readonly ReadKey[] {
  // In JSON that is a string of JSON, quotation marks are escaped.
  const objects = new Set(text.replaceAll(/\\+"/g, '"').match(/\{[^{}]*\}/g))
  return [...objects].flatMap((one) => (one.includes('"kty"') ? (readWhole(one) ?? []) : []))
}

function readOne(key: z.infer<typeof jwk>): ReadKey {
  if (PRIVATE_MEMBERS.some((member) => member in key)) return PRIVATE_KEY
  const point = coordinates.safeParse(key)
  if (key.kty === 'EC' && key.crv === 'P-256') {
    if (!point.success) return { wrong: 'this JWK has not both coordinates, x and y' }
    const [x, y] = [coordinate(point.data.x), coordinate(point.data.y)]
    if (x === null || y === null) return { wrong: 'the coordinates of this JWK, x and y, are not 32 bytes each' }
    return readPoint(Buffer.concat([Buffer.of(4), x, y]))
  }
  if (key.kty === 'EC') return otherCurve(key.crv ?? 'without a name')
  try {
    return judgeKey(createPublicKey({ key, format: 'jwk' }))
  } catch {
    return otherKind(`a JWK of the kind ${key.kty}`)
  }
}

/** 32 bytes; some programs leave zeros at the beginning out. */
function coordinate(base64: string): Buffer | null {
  // Node leaves out what is no base64, and would read another number.
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) return null
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === 0 || bytes.length > 32 ? null : Buffer.concat([Buffer.alloc(32 - bytes.length), bytes])
}

function parsedJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text)
    // An answer of `GET /locks/{id}/public-key` holds the same key twice.
    const held = z.looseObject({ jwk: z.unknown() }).safeParse(parsed)
    return held.success ? (held.data.jwk ?? parsed) : parsed
  } catch {
    return null
  }
}
