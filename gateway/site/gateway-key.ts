import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type CryptoKey, exportJWK, importPKCS8, importSPKI } from 'jose'
import { StartupError } from '#runtime/startup-error.ts'
import { writeDurably } from '#runtime/write-durably.ts'
import { isPublishedKey } from './published-keys.ts'

export const GATEWAY_KEY_FILE = 'gateway-key.pem'

export interface PrintableKey {
  readonly pem: string
  readonly jwk: Readonly<Record<string, string>>
  /** The uncompressed point: 04, x, y. */
  readonly hex: string
}

export interface GatewayKey {
  readonly signingKey: CryptoKey
  readonly publicKey: PrintableKey
}

/**
 * The key that locks were flashed with. It is made only together with a new, empty store: a missing file beside a full
 * one is a mistake to be mended, and a new key would lock every door of the site.
 */
export async function openGatewayKey(dataDir: string, storeIsNew: boolean): Promise<GatewayKey> {
  const file = path.join(dataDir, GATEWAY_KEY_FILE)
  if (!existsSync(file)) {
    if (!storeIsNew) {
      throw new StartupError(
        `${file} is missing, and the locks obey no other key: restore it from the backup that the store came from`,
      )
    }
    // A lock that was flashed with a lost key would obey nobody; half a key would stop the start.
    writeDurably(
      file,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    )
  }
  const { signingKey, publicKey } = await readKey(file)
  if (isPublishedKey(publicKey)) {
    throw new StartupError(
      `${file} is a test key that is published with the protocol: everybody can sign for it, so no lock may obey it`,
    )
  }
  return { signingKey, publicKey: await printableKey(pemOf(publicKey)) }
}

async function readKey(file: string): Promise<{ signingKey: CryptoKey; publicKey: KeyObject }> {
  try {
    const pem = readFileSync(file, 'utf8')
    return { signingKey: await importPKCS8(pem, 'ES256'), publicKey: canonicalPublicKey(pem) }
  } catch {
    throw new StartupError(
      `${file} is not a readable ES256 (P-256) private key in PKCS #8 PEM: restore it from the backup`,
    )
  }
}

/**
 * One key has one form: PEM can also hold a compressed point, or the curve spelled out, and two of them could not be
 * compared. @throws TypeError when it is no key
 */
export const canonicalPublicKey = (pem: string): KeyObject =>
  createPublicKey({ key: createPublicKey(pem).export({ format: 'jwk' }), format: 'jwk' })

export const pemOf = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** A public P-256 key in the three forms that firmware tool chains take. */
export async function printableKey(spkiPem: string): Promise<PrintableKey> {
  const { kty, crv, x, y } = await exportJWK(await importSPKI(spkiPem, 'ES256', { extractable: true }))
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) throw new TypeError('not a P-256 key')
  const hex = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('hex')
  return { pem: spkiPem, jwk: { kty, crv, x, y }, hex }
}
