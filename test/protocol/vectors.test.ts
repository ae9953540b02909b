import { readFileSync } from 'node:fs'
import { type CryptoKey, importJWK, importSPKI } from 'jose'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { DEFAULT_BROKER_LIMITS } from '#broker/broker-limits.ts'
import { ENVELOPE_CHECKS, publishPacketBytes, verifyMessage } from '#protocol/envelope.ts'
import { explainMessage } from '#protocol/explain.ts'
import { commandHashOf, keyRefOf, parseTempKeyUuid } from '#protocol/ids.ts'
import { FRESHNESS_REASONS } from '#protocol/limits.ts'
import {
  ack,
  commandBase,
  hello,
  helloQuestion,
  MESSAGE_TYPES,
  openCommand,
  outcomeQuestion,
  receipt,
} from '#protocol/messages.ts'

const jwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
const testKey = z.object({
  warning: z.string().startsWith('TEST KEY'),
  privatePem: z.string(),
  publicPem: z.string(),
  privateJwk: jwk.extend({ d: z.string() }),
  publicJwk: jwk,
  privateHex: z.string().regex(/^[0-9a-f]{64}$/),
  publicHex: z.string().regex(/^04[0-9a-f]{128}$/),
})
const vectorFile = z.strictObject({
  about: z.string(),
  site: z.literal('north'),
  keys: z.strictObject({ gateway: testKey, 'lock-17': testKey, 'lock-18': testKey }),
  tempKey: z.object({ uuid: z.string(), keyRef: z.string() }),
  vectors: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9-]+$/),
      topic: z.string(),
      kind: z.enum(['command', 'receipt', 'ack', 'hello']),
      message: z.string(),
      valid: z.boolean(),
      check: z.enum(ENVELOPE_CHECKS).nullable(),
      says: z.string().endsWith('.'),
      payload: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
})
type Vector = z.infer<typeof vectorFile>['vectors'][number]

const file = vectorFile.parse(JSON.parse(readFileSync(new URL('../../protocol/vectors.json', import.meta.url), 'utf8')))
const document = readFileSync(new URL('../../protocol/PROTOCOL.md', import.meta.url), 'utf8')
const gatewayKey = await importSPKI(file.keys.gateway.publicPem, 'ES256')
const lockKey = await importSPKI(file.keys['lock-17'].publicPem, 'ES256')
const keyOf = ({ kind }: Vector): CryptoKey => (kind === 'command' || kind === 'receipt' ? gatewayKey : lockKey)

/** A firmware author's table: which schema a message of that kind and op has. */
function schemaOf({ kind, message }: Vector): z.ZodType<object> {
  if (kind === 'receipt') return receipt
  if (kind === 'ack') return ack
  if (kind === 'hello') return hello
  const text = Buffer.from(message.split('.')[1] ?? '', 'base64url').toString('latin1')
  if (text.includes('"op":"open"')) return openCommand
  if (text.includes('"op":"outcome"')) return outcomeQuestion
  return text.includes('"op":"hello"') ? helloQuestion : commandBase
}

/** Members that decide nothing and can't be read, by vector. */
const UNREAD: Record<string, string[]> = {
  'battery-255': ['batteryPercent'],
  'battery-of-half-a-per-cent': ['batteryPercent'],
  'battery-missing': ['batteryPercent'],
  'door-ajar': ['door'],
  'reason-a-sentence': ['reason'],
  'key-ref-of-an-opened-ack-empty': ['keyRef'],
  'hello-with-battery-200': ['batteryPercent'],
  'hello-without-firmware': ['firmware'],
}

const named = (name: string): Vector => {
  const vector = file.vectors.find((candidate) => candidate.name === name)
  if (vector === undefined) throw new Error(`no vector ${name}`)
  return vector
}

describe('a golden message made by OpenSSL', () => {
  test.each(file.vectors.map((vector) => [vector.name, vector.check ?? 'valid', vector] as const))(
    '%s gets exactly its verdict: %s',
    async (_name, _verdict, vector) => {
      const fromGateway = vector.kind === 'command' || vector.kind === 'receipt'
      const verdict = await verifyMessage(vector.message, {
        topic: vector.topic,
        key: keyOf(vector),
        typ: MESSAGE_TYPES[vector.kind],
        iss: fromGateway ? 'north/gateway' : 'north/17',
        aud: fromGateway ? 'north/17' : 'north/gateway',
        schema: schemaOf(vector),
      })
      if (vector.valid) {
        const unread = UNREAD[vector.name] ?? []
        const read = Object.entries(vector.payload ?? {}).filter(([name]) => !unread.includes(name))
        expect(verdict).toMatchObject({ ok: true, unread, payload: Object.fromEntries(read) })
      } else expect(verdict).toMatchObject({ ok: false, check: vector.check })
      expect(vector.valid).toBe(vector.check === null)
      expect(vector.payload === null).toBe(!vector.valid)
    },
  )

  test.each(file.vectors.map((vector) => [vector.name, vector] as const))(
    '%s is explained with that same verdict',
    async (_name, vector) => {
      const explanation = await explainMessage({ message: vector.message, topic: vector.topic, key: keyOf(vector) })
      expect(explanation.verdict).toBe(vector.valid ? 'accepted' : 'refused')
      expect(explanation.firstFailed?.check ?? null).toBe(vector.check)
    },
  )
})

describe('the vectors', () => {
  test('fail in every check of the envelope at least once, and pass with every type of message', () => {
    expect(new Set(file.vectors.map(({ check }) => check))).toEqual(new Set([null, ...ENVELOPE_CHECKS]))
    const valid = file.vectors.filter((vector) => vector.valid)
    expect(new Set(valid.map(({ kind }) => kind))).toEqual(new Set(['command', 'receipt', 'ack', 'hello']))
    expect(new Set(valid.flatMap(({ payload }) => payload?.result ?? []))).toEqual(new Set(ack.shape.result.options))
  })

  test('tell the order of the checks: for every two neighbours, to a lock and from it, one message fails in both', () => {
    const pairs = ENVELOPE_CHECKS.slice(1).map((later, at) => [ENVELOPE_CHECKS[at] ?? '', later] as const)
    for (const [earlier, later] of pairs) {
      for (const direction of ['', 'ack-']) {
        const both = file.vectors.filter(({ name }) => name.startsWith(`${direction}${earlier}-before-${later}`))
        expect([direction, earlier, later, both.length > 0]).toEqual([direction, earlier, later, true])
        expect(new Set(both.map(({ check }) => check))).toEqual(new Set([earlier]))
      }
    }
  })

  test('have no two messages of one name', () => {
    expect(new Set(file.vectors.map(({ name }) => name)).size).toBe(file.vectors.length)
  })

  test('reach the packet bound to the byte, and pass it by one', () => {
    const bytes = ({ topic, message }: Vector): number => publishPacketBytes(topic, message.length)
    expect(bytes(named('packet-of-1024-bytes'))).toBe(1_024)
    expect(bytes(named('packet-of-1025-bytes'))).toBe(1_025)
  })

  test('tell a firmware author how a command’s hash and a key’s reference are computed', () => {
    expect(named('ack-opened').payload?.commandHash).toBe(commandHashOf(named('open').message))
    const uuid = parseTempKeyUuid(file.tempKey.uuid)
    expect(uuid === null ? null : keyRefOf(uuid)).toBe(file.tempKey.keyRef)
    expect(named('open').payload?.keyRef).toBe(file.tempKey.keyRef)
  })

  test.each(Object.entries(file.keys))(
    'hold the test key of %s three times, and each time the same',
    async (_who, key) => {
      const [fromJwk, fromPem] = [await importJWK(key.publicJwk, 'ES256'), await importSPKI(key.publicPem, 'ES256')]
      expect(fromJwk).toEqual(fromPem)
      const hexOf = (text: string): string => Buffer.from(text, 'base64url').toString('hex')
      expect(`04${hexOf(key.publicJwk.x)}${hexOf(key.publicJwk.y)}`).toBe(key.publicHex)
      expect(hexOf(key.privateJwk.d)).toBe(key.privateHex)
      expect(Buffer.from(key.privatePem.split('\n').slice(1, -2).join(''), 'base64').toString('hex')).toContain(
        key.privateHex,
      )
    },
  )
})

describe('PROTOCOL.md', () => {
  test('gives the embedded broker’s limits as they are', () => {
    const { handshakeTimeoutMs, packetMaxBytes, connectPacketMaxBytes, publishesPerSecond, keepaliveMaxS } =
      DEFAULT_BROKER_LIMITS
    const said = document.replace(/\s+/g, ' ')
    for (const words of [
      `The CONNECT has to arrive within **${handshakeTimeoutMs / 1_000} s** of the TCP connection`,
      `a packet of more than ${packetMaxBytes.toLocaleString('en')} bytes`,
      `A CONNECT packet has at most ${connectPacketMaxBytes.toLocaleString('en')} bytes`,
      `${publishesPerSecond} messages in a second, ${2 * publishesPerSecond} at once`,
      `| 1 … ${keepaliveMaxS}. 0 is refused.`,
    ]) {
      expect(said).toContain(words)
    }
  })

  const schemas = { openCommand, outcomeQuestion, helloQuestion, receipt, ack, hello }

  test.each(Object.entries(schemas))('tells a firmware author every member of %s', (_name, schema) => {
    expect(Object.keys(schema.shape).filter((member) => !document.includes(`\`${member}\``))).toEqual([])
  })

  test('names every check, every result and every reason that a fresh command answers', () => {
    const words = [...ENVELOPE_CHECKS, ...ack.shape.result.options, ...FRESHNESS_REASONS]
    expect(words.filter((word) => !new RegExp(`^\\| \`${word}\` +\\|`, 'm').test(document))).toEqual([])
  })

  test.each(['open', 'receipt', 'ack-opened', 'hello-unasked'])('shows the encoded header of the vector %s', (name) => {
    expect(document).toContain(`\`${named(name).message.split('.')[0]}\``)
  })

  test('shows as its example the payload of the vector open, byte for byte', () => {
    expect(document).toContain(Buffer.from(named('open').message.split('.')[1] ?? '', 'base64url').toString('latin1'))
  })
})
