import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { judgeKey, PRIVATE_KEY, type ReadKey } from './key-verdict.ts'
import { readPoint } from './point-key.ts'

/** The SPKI of P-256 up to its point: OpenSSL says of a point off the curve only that it can't read the key. */
const P256_SPKI = [
  Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
  Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
]

const SEQUENCE = 0x30

/**
 * DER: a public key, a certificate, or one of the keys that are not wanted. Null when it is none of them. OpenSSL reads the
 * first of two and is silent about the rest.
 */
export function readDer(bytes: Buffer): ReadKey | null {
  const end = endOfSequence(bytes)
  if (end === null) return null
  const read = readSequence(bytes.subarray(0, end))
  const behind = bytes.subarray(end).filter((byte) => !LINE_ENDS.has(byte)).length
  if (read === null || read === PRIVATE_KEY || behind === 0) return read
  return { wrong: `behind the key in it stand ${behind} more bytes: give the lock's own key alone` }
}

const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d])

/** How many bytes the sequence has that they begin with; null when they begin with none. */
function endOfSequence(bytes: Buffer): number | null {
  const [tag, first = 0] = bytes
  if (tag !== SEQUENCE) return null
  if (first < 0x80) return 2 + first
  const size = first - 0x80
  return size < 1 || size > 3 || bytes.length < 2 + size ? null : 2 + size + bytes.readUIntBE(2, size)
}

function readSequence(bytes: Buffer): ReadKey | null {
  for (const head of P256_SPKI) {
    const point = bytes.subarray(head.length)
    if (bytes.subarray(0, head.length).equals(head) && point.length + head.length === (bytes[1] ?? 0) + 2) {
      return readPoint(point)
    }
  }
  return (
    tried(() => judgeKey(createPublicKey({ key: bytes, format: 'der', type: 'spki' }))) ??
    tried(() => judgeKey(new X509Certificate(bytes).publicKey)) ??
    tried(() => isPrivate(bytes, 'pkcs8')) ??
    tried(() => isPrivate(bytes, 'sec1')) ??
    tried(() => isPrivate(bytes, 'pkcs1')) ??
    tried(() => judgeKey(createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' })))
  )
}

function isPrivate(bytes: Buffer, type: 'pkcs8' | 'sec1' | 'pkcs1'): ReadKey {
  createPrivateKey({ key: bytes, format: 'der', type })
  return PRIVATE_KEY
}

function tried(read: () => ReadKey): ReadKey | null {
  try {
    return read()
  } catch {
    return null
  }
}
