import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
/** Fewer could be guessed. */
const MIN_BYTES = 16

/** The key of a secret as it stands in its file: base64 after `whsec_`, or the characters themselves. Null for one that is too short. */
export function signingKeyOf(secret: string): Buffer | null {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret)
  return key.length < MIN_BYTES ? null : key
}

/** Headers by Standard Webhooks: HMAC-SHA256 over id, seconds and the exact bytes of the body, with dots between them. */
export function signatureHeaders(id: string, body: Buffer, key: Buffer, nowMs: number): Record<string, string> {
  const timestampS = String(Math.floor(nowMs / 1_000))
  const signature = createHmac('sha256', key).update(`${id}.${timestampS}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestampS, 'webhook-signature': `v1,${signature}` }
}
