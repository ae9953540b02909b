import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { PACKET_MAX_BYTES } from './limits.ts'
import { derFlaw, formFlaw, isDer } from './message-form.ts'
import { isMessageType, LENIENT_MEMBERS, MESSAGE_TYPES, type MessageType } from './messages.ts'
import { firstDifference, notJsonFlaw, textFlaw } from './payload-text.ts'

/**
 * JWS Compact with ES256 and nothing else. A message is judged in one fixed order, and the first check that fails is
 * the verdict: the gateway's log, the simulator and `latchkey explain-message` all name it by these slugs.
 */
export const ENVELOPE_CHECKS = [
  'size',
  'form',
  'algorithm',
  'header',
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
  const flaw = formFlaw(message)
  if (flaw !== null) return no('form', flaw)
  const typ = typeOf(message)
  if (typ === null) return headerVerdict(message, expected.typ)

  let payloadBytes: Uint8Array
  try {
    payloadBytes = (await compactVerify(message, expected.key, { algorithms: ['ES256'] })).payload
  } catch {
    return no('signature', signatureFlaw(message))
  }

  const payload = readPayload(payloadBytes)
  if (!payload.ok) return payload
  if (typ !== expected.typ) return no('typ', `typ must be ${expected.typ} here, it is ${typ}`)
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

/** The header is one text for each type of message, so that nobody has to decode it. */
const headerText = (typ: MessageType): string => JSON.stringify({ alg: 'ES256', typ })
const HEADERS: readonly (readonly [MessageType, string])[] = Object.values(MESSAGE_TYPES).map((typ) => [
  typ,
  `${Buffer.from(headerText(typ)).toString('base64url')}.`,
])

/** What the header says to the letter; null for one that is none of the few there are. */
export const typeOf = (message: string): MessageType | null =>
  HEADERS.find(([, start]) => message.startsWith(start))?.[0] ?? null

const NONE: readonly string[] = []

const passed = <T>(payload: T) => ({ ok: true, payload, unread: NONE }) as const

const no = (check: EnvelopeCheck, detail: string): { ok: false; check: EnvelopeCheck; detail: string } => ({
  ok: false,
  check,
  detail,
})

/** Why a header that is none of the few is refused. It is decoded for this alone. */
function headerVerdict(message: string, expected: MessageType): { ok: false; check: EnvelopeCheck; detail: string } {
  let header: Record<string, unknown>
  try {
    header = { ...decodeProtectedHeader(message) }
  } catch {
    return no('form', 'the first part is not a JSON object')
  }
  const { alg, typ, crit, b64 } = header
  if (alg !== 'ES256') return no('algorithm', `alg must be ES256, it is ${alg === undefined ? 'missing' : told(alg)}`)
  if (crit !== undefined || b64 !== undefined) return no('algorithm', 'crit and b64 are not allowed')
  const due = headerText(typeof typ === 'string' && isMessageType(typ) ? typ : expected)
  const text = Buffer.from(message.slice(0, message.indexOf('.')), 'base64url').toString('latin1')
  return no('header', `the header must be ${due} to the letter; ${headerFlaw(header, text, due)}`)
}

function headerFlaw({ alg: _alg, typ, ...others }: Record<string, unknown>, text: string, due: string): string {
  const [foreign] = Object.keys(others)
  if (foreign !== undefined) return `it has another member, ${told(foreign)}`
  if (typ === undefined) return 'typ is missing'
  if (typeof typ !== 'string' || !isMessageType(typ)) return `typ is ${told(typ)}`
  return textFlaw(text, JSON.stringify({ alg: 'ES256', typ })) ?? firstDifference(text, due)
}

/** For a sentence: at most 40 characters of what somebody wrote. */
const told = (value: unknown): string => (JSON.stringify(value) ?? 'unreadable').slice(0, 40)

function signatureFlaw(message: string): string {
  const raw = Buffer.from(message.slice(message.lastIndexOf('.') + 1), 'base64url')
  if (isDer(raw)) return derFlaw(raw.length)
  if (raw.every((byte) => byte === 0)) return 'r and s are zero'
  return 'the signature does not fit the public key of the sender and the first two parts as they stand'
}

const jsonObject = z.record(z.string(), z.unknown())

/** Only a payload that is printed again byte for byte means one thing. */
function readPayload(bytes: Uint8Array): Verdict<Record<string, unknown>> {
  const text = Buffer.from(bytes).toString('latin1')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is exactly what is asked for
  const foreign = text.search(/[^\x00-\x7f]/)
  if (foreign >= 0) {
    const code = text.charCodeAt(foreign).toString(16)
    return no('payload', `the payload has a byte that is not ASCII: 0x${code} at byte ${foreign}`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return no('payload', notJsonFlaw(text, thrown))
  }
  const flaw = textFlaw(text, JSON.stringify(value))
  if (flaw !== null) return no('payload', `the payload is not written in the one way there is: ${flaw}`)
  const object = jsonObject.safeParse(value)
  if (!object.success || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return no('payload', 'the payload is not a JSON object')
  }
  // As it was parsed: zod leaves a member out that is named `__proto__`.
  for (const [name, member] of Object.entries(value)) {
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
