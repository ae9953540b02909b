import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type CryptoKey, importPKCS8, importSPKI } from 'jose'
import { z } from 'zod'
import { type LockId, lockIdFromNumber, parseSiteId, type SiteId } from '#protocol/ids.ts'
import { LOCK_TOPIC_KINDS, lockTopic } from '#protocol/topics.ts'

/** What a person gave to this program is unusable; the message says what and where, in one line. */
export class BadInput extends Error {
  override readonly name = 'BadInput'
}

const sheetSchema = z.looseObject({
  site: z.string(),
  lockId: z.number(),
  /** Sheets of earlier versions do not name it: no lock had a second pair then. */
  keyGeneration: z.int().min(1).default(1),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  user: z.string().min(1),
  /** Null in a sheet that was printed again. */
  password: z.string().min(1).nullable(),
  clientId: z.string().min(1),
  topics: z.looseObject({ command: z.string(), ack: z.string(), event: z.string(), presence: z.string() }),
  gatewayPublicKey: z.looseObject({ pem: z.string() }),
  privateKey: z.looseObject({ pem: z.string() }).nullish(),
})

/** The JSON that `latchkey lock add`, `lock replace` and `lock reflash` print, understood. */
export interface FlashingSheet {
  site: SiteId
  lockId: LockId
  keyGeneration: number
  url: string
  userName: string
  password: string
  clientId: string
  gatewayPublicKey: CryptoKey
  /** Null when the lock made its own key: then it is given separately. */
  privateKey: CryptoKey | null
}

export async function readFlashingSheet(text: string, from: string): Promise<FlashingSheet> {
  const parsed = sheetSchema.safeParse(readJson(text, from))
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
    throw new BadInput(`${from} is not what "latchkey lock add" prints: ${mistakes.join('; ')}`)
  }
  const { keyGeneration, host, port, user, password, clientId, topics, gatewayPublicKey, privateKey } = parsed.data
  if (password === null) {
    throw new BadInput(
      `${from} was printed again, so it has no password: lock reflash ${parsed.data.lockId} --keep-key makes a new one`,
    )
  }
  const site = parseSiteId(parsed.data.site)
  const lockId = lockIdFromNumber(parsed.data.lockId)
  if (site === null || lockId === null) throw new BadInput(`${from}: site or lockId is not one of protocol v1`)
  const foreign = LOCK_TOPIC_KINDS.find((kind) => topics[kind] !== lockTopic(site, lockId, kind))
  if (foreign !== undefined) {
    throw new BadInput(`${from}: topics.${foreign} is not ${lockTopic(site, lockId, foreign)}`)
  }
  return {
    site,
    lockId,
    keyGeneration,
    url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`,
    userName: user,
    password,
    clientId,
    gatewayPublicKey: await readPublicKey(gatewayPublicKey.pem, `${from}: gatewayPublicKey.pem`),
    privateKey: privateKey == null ? null : await readPrivateKey(privateKey.pem, `${from}: privateKey.pem`),
  }
}

async function readPublicKey(pem: string, from: string): Promise<CryptoKey> {
  const key = p256(() => createPublicKey(pem), from)
  return await importSPKI(key.export({ type: 'spki', format: 'pem' }).toString(), 'ES256')
}

/** PEM as OpenSSL writes it (PKCS #8 or SEC 1), or a JWK. */
export async function readPrivateKey(text: string, from: string): Promise<CryptoKey> {
  const jwk = text.trimStart().startsWith('{') ? z.record(z.string(), z.unknown()).parse(readJson(text, from)) : null
  const key = p256(() => (jwk === null ? createPrivateKey(text) : createPrivateKey({ key: jwk, format: 'jwk' })), from)
  return await importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256')
}

function p256(read: () => KeyObject, from: string): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch {
    throw new BadInput(`${from} is no key that can be read`)
  }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  throw new BadInput(`${from} is not a P-256 key, and ES256 needs one`)
}

function readJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadInput(`${from} is not JSON`)
  }
}
