import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** `wrong` is a sentence that goes on after a colon, and says what to do. */
export type ReadKey = { readonly publicKeyPem: string } | { readonly wrong: string }

const NEEDED =
  'a lock signs with ES256, so its key has to be one of the curve P-256 (also called prime256v1 or secp256r1)'

export const PRIVATE_KEY: ReadKey = {
  wrong:
    'this is a private key: leave it on the lock, which nobody else may sign for, and give its public key (openssl pkey -in FILE -pubout)',
}

export const NOTHING_READ: ReadKey = {
  wrong:
    'not a P-256 public key in any form that is read here: PEM (openssl pkey -pubout), JWK, DER, a certificate, a line of OpenSSH, or the 65 bytes of its point in hex',
}

export const otherKind = (what: string): ReadKey => ({ wrong: `this is ${what}: ${NEEDED}` })

const KINDS: Readonly<Record<string, string>> = {
  rsa: 'an RSA key',
  'rsa-pss': 'an RSA key',
  dsa: 'a DSA key',
  dh: 'a Diffie-Hellman key',
  ed25519: 'an Ed25519 key',
  ed448: 'an Ed448 key',
  x25519: 'an X25519 key',
  x448: 'an X448 key',
}

const CURVES: Readonly<Record<string, string>> = {
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  secp224r1: 'P-224',
}

export const otherCurve = (name: string): ReadKey =>
  otherKind(`a key of the curve ${CURVES[name] ?? name}, not of P-256`)

/**
 * One key has one form: PEM can also hold a compressed point, or the curve spelled out, and two of them could not be compared.
 */
export function judgeKey(key: KeyObject): ReadKey {
  const kind = key.asymmetricKeyType ?? 'unknown'
  if (kind !== 'ec') return otherKind(KINDS[kind] ?? `a key of the kind ${kind}`)
  const jwk = jwkOf(key)
  if (jwk?.crv !== 'P-256') return otherCurve(key.asymmetricKeyDetails?.namedCurve ?? 'of its own')
  return { publicKeyPem: pemOf(createPublicKey({ key: jwk, format: 'jwk' })) }
}

/** Null for a curve that JWK has no name for. */
function jwkOf(key: KeyObject) {
  try {
    return key.export({ format: 'jwk' })
  } catch {
    return null
  }
}

const pemOf = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** What is wrong with a text that holds these; null when no two of them are different keys. */
export function differentKeys(keys: readonly ReadKey[]): ReadKey | null {
  const { size } = new Set(keys.flatMap((key) => ('wrong' in key ? [] : key.publicKeyPem)))
  return size > 1 ? { wrong: `there are ${size} public keys in it: give the lock's own alone` } : null
}

/** SHA-256 of the key's SPKI in DER, as 64 hex digits: what `openssl pkey -pubin -outform DER | sha256sum` tells. */
export const fingerprintOf = (publicKeyPem: string): string =>
  createHash('sha256')
    .update(createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' }))
    .digest('hex')
