import { createPublicKey, ECDH } from 'node:crypto'
import { judgeKey, otherCurve, type ReadKey } from './key-verdict.ts'

const COORDINATE_BYTES = 32
const UNCOMPRESSED = 4
/** 04 and both coordinates; 02 or 03 and the first of them. */
const SIZES = new Map([
  [UNCOMPRESSED, 1 + 2 * COORDINATE_BYTES],
  [2, 1 + COORDINATE_BYTES],
  [3, 1 + COORDINATE_BYTES],
])
const LARGER = new Map([
  [97, 'secp384r1'],
  [49, 'secp384r1'],
  [133, 'secp521r1'],
  [67, 'secp521r1'],
])

export const isPointSized = (bytes: Uint8Array): boolean => SIZES.get(bytes[0] ?? 0) === bytes.length

/** A point of the curve as its bare bytes: compressed, whole, or both coordinates without the 04 before them. */
export function readPoint(bytes: Buffer): ReadKey {
  // What tool chains for small chips print.
  if (bytes.length === 2 * COORDINATE_BYTES) return readPoint(Buffer.concat([Buffer.of(UNCOMPRESSED), bytes]))
  if (bytes.length === COORDINATE_BYTES) {
    return {
      wrong: `these 32 bytes are half a point, or a private key, which must stay on the lock: a public key is 65 bytes that begin with 04, or 33 that begin with 02 or 03`,
    }
  }
  if (isPointSized(bytes)) return onCurve(bytes)
  const larger = LARGER.get(bytes.length)
  if (larger !== undefined && SIZES.has(bytes[0] ?? 0)) return otherCurve(larger)
  return {
    wrong: `these ${bytes.length} bytes are no point of P-256: that is 65 bytes that begin with 04, or 33 that begin with 02 or 03`,
  }
}

function onCurve(bytes: Buffer): ReadKey {
  const whole = uncompressed(bytes, 'prime256v1')
  if (whole === null) {
    if (uncompressed(bytes, 'secp256k1') !== null && bytes[0] === UNCOMPRESSED) return otherCurve('secp256k1')
    return { wrong: 'this is a point that is not on the curve P-256: a digit of it may be lost or changed' }
  }
  const coordinate = (at: number) => whole.subarray(at, at + COORDINATE_BYTES).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + COORDINATE_BYTES) }
  return judgeKey(createPublicKey({ key: jwk, format: 'jwk' }))
}

/** Null when no point of this curve has these bytes. */
function uncompressed(bytes: Buffer, curve: string): Buffer | null {
  try {
    const whole = ECDH.convertKey(bytes, curve, undefined, undefined, 'uncompressed')
    return typeof whole === 'string' ? Buffer.from(whole, 'hex') : whole
  } catch {
    return null
  }
}
