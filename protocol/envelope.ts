import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { PACKET_MAX_BYTES } from './limits.ts'
import { LENIENT_MEMBERS, type MessageType } from './messages.ts'

/**
 * JWS Compact with ES256 and nothing else. A message is judged in one fixed order, and the first check that fails is
 * the verdict: the gateway's log, the simulator and `latchkey explain-message` all name it by these slugs.
 */
export const ENVELOPE_CHECKS = [
  'size',
  'form',
  'algorithm',
  'signature',
  'payload',
  'typ',
  'iss',
  'aud',
  'schema',
] as const
export type EnvelopeCheck = (typeof ENVELOPE_CHECKS)[number]

/** `unread`: members that decide nothing and count as unknown, because what the sender wrote can't be read. */
export type Verdict<T> =
  | { ok: true; payload: T; unread: readonly string[] }
  | { ok: false; check: EnvelopeCheck; detail: string }

export interface EnvelopeExpectations<T extends object> {
  /** The MQTT topic that the message came on; its length counts towards the packet. */
  topic: string
  /** The sender's public key, imported once as `CryptoKey`. */
  key: CryptoKey
  typ: MessageType
  iss: string
  aud: string
  schema: z.ZodType<T>
}

/** Signs a payload as it stands. The caller keeps the returned ASCII: ES256 is randomized and never gives it twice. */
export async function signMessage(typ: MessageType, payload: object, key: CryptoKey): Promise<string> {
  return await new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: 'ES256', typ }).sign(key)
}

/**
 * The bytes of a whole QoS 1 PUBLISH packet: fixed header with its length, topic with its two, packet id, payload.
 */
export function publishPacketBytes(topic: string, payloadBytes: number): number {
  const remaining = 2 + Buffer.byteLength(topic) + 2 + payloadBytes
  return 1 + (remaining < 128 ? 1 : remaining < 16_384 ? 2 : 3) + remaining
}

/** 64 bytes leave four bits of the 86th character over. They are zero, or one signature could be written in 16 ways. */
const COMPACT_FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]$/

/**
 * Verifies, and only then parses. Every failure is a refusal with the check's name; nothing is thrown.
 */
export async function verifyMessage<T extends object>(
  message: string,
  expected: EnvelopeExpectations<T>,
): Promise<Verdict<T>> {
  const bytes = publishPacketBytes(expected.topic, Buffer.byteLength(message))
  if (bytes > PACKET_MAX_BYTES)
    return no('size', `the packet has ${bytes} bytes, at most ${PACKET_MAX_BYTES} are allowed`)
  if (!COMPACT_FORM.test(message)) {
    return no(
      'form',
      'not three base64url parts without padding, joined by dots, the last one of 86 characters (r and s, 32 bytes each)',
    )
  }
  const typ = message.startsWith(headerStart(expected.typ)) ? passed(expected.typ) : readHeader(message)
  if (!typ.ok) return typ

  let payloadBytes: Uint8Array
  try {
    payloadBytes = (await compactVerify(message, expected.key, { algorithms: ['ES256'] })).payload
  } catch {
    return no(
      'signature',
      'the signature does not fit the public key of the sender and the first two parts as they stand',
    )
  }

  const payload = readPayload(payloadBytes)
  if (!payload.ok) return payload
  if (typ.payload !== expected.typ) return no('typ', `typ must be ${expected.typ}`)
  if (payload.payload.iss !== expected.iss) return no('iss', `iss must be ${expected.iss}`)
  if (payload.payload.aud !== expected.aud) return no('aud', `aud must be ${expected.aud}`)
  const parsed = expected.schema.safeParse(payload.payload)
  if (!parsed.success) {
    return no(
      'schema',
      parsed.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`).join('; '),
    )
  }
  return { ok: true, payload: parsed.data, unread: unreadMembers(payload.payload, parsed.data) }
}

function unreadMembers(written: Record<string, unknown>, read: object): readonly string[] {
  let unread = NONE
  for (const [name, value] of Object.entries(read)) {
    if (LENIENT_MEMBERS.has(name) && written[name] !== value) unread = [...unread, name]
  }
  return unread
}

/** The header is one text for each kind of message, so that nobody has to decode it. Anything else is decoded, to say why. */
const HEADER_STARTS = new Map<string, string>()

function headerStart(typ: MessageType): string {
  const known = HEADER_STARTS.get(typ)
  if (known !== undefined) return known
  const start = `${Buffer.from(JSON.stringify({ alg: 'ES256', typ })).toString('base64url')}.`
  HEADER_STARTS.set(typ, start)
  return start
}

const NONE: readonly string[] = []

const passed = <T>(payload: T) => ({ ok: true, payload, unread: NONE }) as const

const no = (check: EnvelopeCheck, detail: string): { ok: false; check: EnvelopeCheck; detail: string } => ({
  ok: false,
  check,
  detail,
})

function readHeader(message: string): Verdict<string> {
  let header: ReturnType<typeof decodeProtectedHeader>
  try {
    header = decodeProtectedHeader(message)
  } catch {
    return no('form', 'the first part is not a JSON object')
  }
  if (header.alg !== 'ES256') return no('algorithm', 'alg must be ES256')
  if (header.crit !== undefined || header.b64 !== undefined) return no('algorithm', 'crit and b64 are not allowed')
  return passed(typeof header.typ === 'string' ? header.typ : '')
}

const jsonObject = z.record(z.string(), z.unknown())

/** JavaScript keeps the last of duplicate members and cJSON the first: only a payload that re-serializes to itself means one thing. */
function readPayload(bytes: Uint8Array): Verdict<Record<string, unknown>> {
  const text = Buffer.from(bytes).toString('latin1')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is exactly what is asked for
  if (!/^[\x00-\x7f]*$/.test(text)) return no('payload', 'the payload has a byte that is not ASCII')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return no('payload', 'the payload is not JSON')
  }
  if (JSON.stringify(value) !== text) {
    return no(
      'payload',
      'the payload does not re-serialize to itself: it has whitespace, a duplicate member, an escape or a number written another way than the shortest (print it with cJSON_PrintUnformatted, not cJSON_Print)',
    )
  }
  const object = jsonObject.safeParse(value)
  if (!object.success || Array.isArray(value)) return no('payload', 'the payload is not a JSON object')
  for (const [name, member] of Object.entries(object.data)) {
    // Half a per cent of battery costs nobody the door.
    if (LENIENT_MEMBERS.has(name) || onlyIntegers(member)) continue
    return no('payload', `the payload has a number that is not a whole one below 2^53: ${name}`)
  }
  return passed(object.data)
}

function onlyIntegers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(onlyIntegers)
}
