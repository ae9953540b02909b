import { z } from 'zod'
import {
  BOOT_ID_PATTERN,
  type BootId,
  type CommandHash,
  type CommandId,
  ID128_PATTERN,
  type KeyRef,
  type Nonce,
  type OpeningId,
  SHA256_PATTERN,
} from './ids.ts'
import { ACK_RESULTS, DOOR_STATES, PULSE_MAX_S, PULSE_MIN_S, RECEIPT_MAX_ACKS } from './limits.ts'

/**
 * The messages of wire protocol v1. Schemas are strict in types and bounds and open to members that a later version
 * adds. Every number is a whole one; PROTOCOL.md tells each member's meaning.
 */
export const MESSAGE_TYPES = {
  command: 'lock-command+jwt',
  receipt: 'lock-receipt+jwt',
  ack: 'lock-ack+jwt',
  hello: 'lock-hello+jwt',
} as const
export type MessageKind = keyof typeof MESSAGE_TYPES
export type MessageType = (typeof MESSAGE_TYPES)[MessageKind]
export const isMessageType = (text: string): text is MessageType =>
  Object.values(MESSAGE_TYPES).some((type) => type === text)

const id128 = <T extends string>() =>
  z.custom<T>((value) => typeof value === 'string' && ID128_PATTERN.test(value), {
    error: 'must be 22 base64url characters (16 bytes)',
  })
const bootId = z.custom<BootId>((value) => typeof value === 'string' && BOOT_ID_PATTERN.test(value), {
  error: 'must be 11 base64url characters (8 bytes)',
})
const commandHash = z.custom<CommandHash>((value) => typeof value === 'string' && SHA256_PATTERN.test(value), {
  error: 'must be 43 base64url characters (32 bytes)',
})
const party = z.string().min(1).max(64)
/** 0 … 2^53 − 1, what both a double and a 64-bit integer hold exactly. */
const count = z.int().min(0)
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, { error: 'must be a slug of at most 32 characters' })

const addressed = { iss: party, aud: party }
const fromGateway = { ...addressed, iat: count }

/** What every command has, whatever its `op`: enough to answer one whose `op` this version does not know. */
export const commandBase = z.looseObject({ ...fromGateway, jti: id128<CommandId>(), op: slug })

export const openCommand = z.looseObject({
  ...fromGateway,
  op: z.literal('open'),
  jti: id128<CommandId>(),
  openingId: id128<OpeningId>(),
  counter: count.min(1),
  bootId,
  notAfterUptimeS: count,
  pulseS: z.int().min(PULSE_MIN_S).max(PULSE_MAX_S),
  keyRef: id128<KeyRef>().nullable(),
})

export const outcomeQuestion = z.looseObject({
  ...fromGateway,
  op: z.literal('outcome'),
  jti: id128<Nonce>(),
  about: id128<CommandId>(),
  openingId: id128<OpeningId>(),
  commandHash,
  keyRef: id128<KeyRef>().nullable(),
  bootId,
  notAfterUptimeS: count,
})

export const helloQuestion = z.looseObject({ ...fromGateway, op: z.literal('hello'), jti: id128<Nonce>() })

export const receipt = z.looseObject({
  ...fromGateway,
  jti: id128<Nonce>(),
  keyGeneration: count.min(1),
  acks: z.array(count.min(1)).max(RECEIPT_MAX_ACKS),
  journalUpTo: count.nullable(),
})

/**
 * Members of a lock's messages that decide nothing. A value that can't be read, or is missing, counts as unknown: a
 * signed `opened` must not be lost for the 255 % of its battery. Every other member is judged strictly.
 */
const told = {
  iat: count.optional().catch(undefined),
  keyRef: id128<KeyRef>().nullable().catch(null),
  reason: slug.nullable().catch(null),
  door: z.enum(DOOR_STATES).catch('unknown'),
  batteryPercent: z.int().min(0).max(100).nullable().catch(null),
  firmware: z
    .string()
    .regex(/^[\x20-\x7e]{1,32}$/)
    .catch('unknown'),
}
export const LENIENT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(told))

const { iat, keyRef, reason, door, batteryPercent, firmware } = told
const fromLock = { ...addressed, iat }

export const ack = z.looseObject({
  ...fromLock,
  openingId: id128<OpeningId>(),
  commandId: id128<CommandId>(),
  commandHash,
  keyRef,
  result: z.enum(ACK_RESULTS),
  /** Why a signed `refused` was said: one that can't be read is none of those that a fresh command answers. */
  reason,
  bootId,
  uptimeS: count,
  lastCounter: count,
  keyGeneration: count.min(1),
  journalSeq: count.min(1),
  door,
  batteryPercent,
})

export const hello = z.looseObject({
  ...fromLock,
  nonce: id128<Nonce>().nullable(),
  bootId,
  uptimeS: count,
  lastCounter: count,
  keyGeneration: count.min(1),
  journalFrom: count,
  journalTo: count,
  ops: z.array(slug).min(1).max(16),
  firmware,
  door,
  batteryPercent,
})

export type OpenCommand = z.infer<typeof openCommand>
export type OutcomeQuestion = z.infer<typeof outcomeQuestion>
export type HelloQuestion = z.infer<typeof helloQuestion>
export type Receipt = z.infer<typeof receipt>
export type Ack = z.infer<typeof ack>
export type Hello = z.infer<typeof hello>
