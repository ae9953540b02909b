import type { CryptoKey } from 'jose'
import { z } from 'zod'
import { ENVELOPE_CHECKS, type EnvelopeCheck, publishPacketBytes, type Verdict, verifyMessage } from './envelope.ts'
import { PACKET_MAX_BYTES } from './limits.ts'
import {
  ack,
  commandBase,
  hello,
  helloQuestion,
  MESSAGE_TYPES,
  type MessageKind,
  openCommand,
  outcomeQuestion,
  receipt,
} from './messages.ts'
import { gatewayName, type LockTopic, lockName, OFFLINE_WILL, parseLockTopic } from './topics.ts'

/** One message as somebody found it: on the wire, in a log, in a firmware author's serial console. */
export interface Specimen {
  /** To the letter, without the newline of the file that it came in. */
  message: string
  /** Without it, size, `iss` and `aud` can't be judged. */
  topic: string | null
  /** The sender's public key: the gateway's for a `command` topic, the lock's for all others. */
  key: CryptoKey | null
}

export interface ExplainedCheck {
  check: EnvelopeCheck
  /** `not-reached`: an earlier check failed. `not-checked`: what it would be compared with was not given. */
  state: 'passed' | 'failed' | 'not-reached' | 'not-checked'
  detail: string | null
}

interface ExplainedPart {
  /** As it was signed, one character a byte. */
  text: string
  value: Record<string, unknown> | null
}

export interface Explanation {
  judgedAs: string
  messageBytes: number
  /** Of the whole MQTT packet; null without a topic. */
  packetBytes: number | null
  header: ExplainedPart | null
  payload: ExplainedPart | null
  /** In the order in which they are made. */
  checks: ExplainedCheck[]
  firstFailed: ExplainedCheck | null
  verdict: 'accepted' | 'refused' | 'undecided'
}

/**
 * Tells what a message says and which check it fails first. The judgement is `verifyMessage`'s own: without the
 * sender's key, the checks behind the signature are shown for the same two parts under a signature made here.
 */
export async function explainMessage({ message, topic, key }: Specimen): Promise<Explanation> {
  const { header, payload } = decodeMessage(message)
  const parsedTopic = topic === null ? null : parseLockTopic(topic)
  const isWill = parsedTopic?.kind === 'presence' && message === OFFLINE_WILL
  const described = {
    judgedAs: judgedAs(topic, parsedTopic, header, isWill),
    messageBytes: Buffer.byteLength(message),
    packetBytes: topic === null ? null : publishPacketBytes(topic, Buffer.byteLength(message)),
    header,
    payload,
  }
  if (isWill) {
    const checks = ENVELOPE_CHECKS.map((check) => outcomeOf(check, 'not-checked', 'a will is not signed'))
    return { ...described, checks, firstFailed: null, verdict: 'undecided' }
  }

  const kind = expectedKind(parsedTopic, header)
  const parties = parsedTopic === null ? null : partiesOf(parsedTopic)
  const standIn = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const judge = async (judged: string, judgedKey: CryptoKey): Promise<Verdict<object>> =>
    await verifyMessage(judged, {
      topic: topic ?? '',
      key: judgedKey,
      typ: MESSAGE_TYPES[kind ?? 'command'],
      iss: parties?.iss ?? textMember(payload, 'iss') ?? '',
      aud: parties?.aud ?? textMember(payload, 'aud') ?? '',
      schema: schemaOf(kind, payload),
    })
  let verdict = await judge(message, key ?? standIn.publicKey)
  if (key === null && !verdict.ok && verdict.check === 'signature') {
    verdict = await judge(await signedAnew(message, standIn.privateKey), standIn.publicKey)
  }

  const missing: Partial<Record<EnvelopeCheck, string>> = {
    ...(topic === null && { size: 'the topic counts towards the packet, and none was given' }),
    ...(key === null && { signature: 'no public key of the sender was given' }),
    ...(parties === null && { iss: 'no topic of a lock was given', aud: 'no topic of a lock was given' }),
  }
  const failedAt = verdict.ok ? ENVELOPE_CHECKS.length : ENVELOPE_CHECKS.indexOf(verdict.check)
  const checks = ENVELOPE_CHECKS.map((check, at): ExplainedCheck => {
    if (!verdict.ok && at === failedAt) {
      return outcomeOf(check, 'failed', unguessedDetail(check, kind, parties !== null) ?? verdict.detail)
    }
    if (at > failedAt) return outcomeOf(check, 'not-reached', null)
    const lack = missing[check]
    if (lack !== undefined) return outcomeOf(check, 'not-checked', lack)
    return outcomeOf(check, 'passed', check === 'schema' && verdict.ok ? unreadDetail(verdict.unread) : null)
  })
  const firstFailed = checks.find(({ state }) => state === 'failed') ?? null
  const complete = checks.every(({ state }) => state === 'passed')
  return { ...described, checks, firstFailed, verdict: firstFailed ? 'refused' : complete ? 'accepted' : 'undecided' }
}

/** For a terminal: whatever the message holds, only printable ASCII of it is written. */
export function explanationLines(explanation: Explanation): string[] {
  const { judgedAs, messageBytes, packetBytes, header, payload, checks, firstFailed, verdict } = explanation
  const size =
    packetBytes === null ? '' : `, ${packetBytes} as an MQTT packet with its topic (at most ${PACKET_MAX_BYTES})`
  return [
    printable(judgedAs),
    `${messageBytes} bytes${size}`,
    '',
    `header   ${header === null ? '(none)' : printable(header.text)}`,
    `payload  ${payload === null ? '(none)' : printable(payload.text)}`,
    '',
    ...checks.map(({ check, state, detail }) => {
      const line = `${state.replace('-', ' ').padEnd(12)} ${check.padEnd(10)} ${detail === null ? '' : printable(detail)}`
      return line.trimEnd()
    }),
    '',
    firstFailed !== null
      ? `Refused: the first check that fails is ${firstFailed.check}.`
      : verdict === 'accepted'
        ? 'Accepted: every check passed.'
        : 'Undecided: nothing is wrong in what could be checked.',
  ]
}

const unreadDetail = (unread: readonly string[]): string | null =>
  unread.length === 0 ? null : `counts as unknown, because it can't be read: ${unread.join(', ')}`

const outcomeOf = (check: EnvelopeCheck, state: ExplainedCheck['state'], detail: string | null): ExplainedCheck => ({
  check,
  state,
  detail,
})

/** What a message says, whether or not it is to be believed. */
export function decodeMessage(message: string): { header: ExplainedPart | null; payload: ExplainedPart | null } {
  const [header, payload] = message.split('.')
  return { header: decodePart(header), payload: decodePart(payload) }
}

const jsonObject = z.record(z.string(), z.unknown())

function decodePart(part: string | undefined): ExplainedPart | null {
  if (part === undefined || part === '') return null
  const text = Buffer.from(part, 'base64url').toString('latin1')
  let value: unknown = null
  try {
    value = JSON.parse(text)
  } catch {
    // Shown as text: what is wrong with it is for verifyMessage to say.
  }
  const object = jsonObject.safeParse(value)
  return { text, value: object.success ? object.data : null }
}

function textMember(part: ExplainedPart | null, member: string): string | null {
  const value = part?.value?.[member]
  return typeof value === 'string' ? value : null
}

/** What a receiver on that topic takes it for; without a topic, what it says itself. */
function expectedKind(topic: LockTopic | null, header: ExplainedPart | null): MessageKind | null {
  const typ = textMember(header, 'typ')
  if (topic?.kind === 'ack') return 'ack'
  if (topic?.kind === 'presence') return 'hello'
  // One topic carries both, and the header tells which.
  if (topic?.kind === 'command') return typ === MESSAGE_TYPES.receipt ? 'receipt' : 'command'
  const kinds: MessageKind[] = ['command', 'receipt', 'ack', 'hello']
  return kinds.find((kind) => MESSAGE_TYPES[kind] === typ) ?? null
}

const partiesOf = ({ site, lockId, kind }: LockTopic): { iss: string; aud: string } =>
  kind === 'command'
    ? { iss: gatewayName(site), aud: lockName(site, lockId) }
    : { iss: lockName(site, lockId), aud: gatewayName(site) }

function schemaOf(kind: MessageKind | null, payload: ExplainedPart | null): z.ZodType<object> {
  if (kind === 'receipt') return receipt
  if (kind === 'ack') return ack
  if (kind === 'hello') return hello
  const op = textMember(payload, 'op')
  return op === 'open' ? openCommand : op === 'outcome' ? outcomeQuestion : op === 'hello' ? helloQuestion : commandBase
}

function judgedAs(text: string | null, topic: LockTopic | null, header: ExplainedPart | null, isWill: boolean): string {
  const kind = expectedKind(topic, header)
  if (topic === null) {
    const what = kind === null ? 'A message of no known typ' : `A message that calls itself ${MESSAGE_TYPES[kind]}`
    return text === null
      ? `${what}, without its topic`
      : `${what}, on a topic that is none of a lock's, so nobody reads it: ${text}`
  }
  const who = `lock ${topic.lockId} of site ${topic.site}`
  if (isWill) return `The will of ${who}: the broker says it for a lock that is gone`
  if (topic.kind === 'event') return `A message of ${who} on its event topic, where nothing is expected in this edition`
  return topic.kind === 'command'
    ? `${kind === 'receipt' ? 'A receipt' : 'A command'} of the gateway to ${who}`
    : `${kind === 'ack' ? 'An ack' : 'A hello'} of ${who} to its gateway`
}

/** Where there was nothing to compare with, the verdict's own words would name something that we made up. */
function unguessedDetail(check: EnvelopeCheck, kind: MessageKind | null, partiesKnown: boolean): string | null {
  if (check === 'header' && kind === null) return `typ must be one of ${Object.values(MESSAGE_TYPES).join(', ')}`
  if (partiesKnown || (check !== 'iss' && check !== 'aud')) return null
  return `${check} must be a string`
}

/** The first two parts as they stand, under another signature. */
async function signedAnew(message: string, key: CryptoKey): Promise<string> {
  const signed = message.slice(0, message.lastIndexOf('.'))
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(signed, 'latin1'))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
