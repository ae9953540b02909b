import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type CryptoKey, exportSPKI, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { ENVELOPE_CHECKS, publishPacketBytes, signMessage, type Verdict, verifyMessage } from '#protocol/envelope.ts'
import {
  commandHashOf,
  keyRefOf,
  LOCK_ID_MAX,
  lockIdFromNumber,
  newBootId,
  newCommandId,
  newNonce,
  newOpeningId,
  parseSiteId,
  parseTempKeyUuid,
} from '#protocol/ids.ts'
import { PACKET_MAX_BYTES, RECEIPT_MAX_ACKS } from '#protocol/limits.ts'
import {
  ack,
  hello,
  MESSAGE_TYPES,
  type OpenCommand,
  openCommand,
  outcomeQuestion,
  receipt,
} from '#protocol/messages.ts'
import { gatewayName, LOCK_TOPIC_KINDS, lockName, lockTopic } from '#protocol/topics.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const topic = 'latchkey/v1/north/17/command'
const command: OpenCommand = {
  iss: 'north/gateway',
  aud: 'north/17',
  iat: 1_795_435_200,
  op: 'open',
  jti: newCommandId(),
  openingId: newOpeningId(),
  counter: 41,
  bootId: newBootId(),
  notAfterUptimeS: 86_412,
  pulseS: 5,
  keyRef: null,
}
const signed = await signMessage(MESSAGE_TYPES.command, command, privateKey)

const verify = async (message: string, key: CryptoKey = publicKey): Promise<Verdict<OpenCommand>> =>
  await verifyMessage(message, {
    topic,
    key,
    typ: MESSAGE_TYPES.command,
    iss: 'north/gateway',
    aud: 'north/17',
    schema: openCommand,
  })

const given = <T>(value: T | null): T => {
  if (value === null) throw new Error('a test needs a valid value here')
  return value
}

/** A program of the machine, not of ours. */
const openssl = 'openssl'

describe('a message we sign', () => {
  test('is what its receiver reads, member for member', async () => {
    expect(await verify(signed)).toEqual({ ok: true, payload: command, unread: [] })
  })

  test('has exactly the header that PROTOCOL.md promises, so that firmware may compare it as a constant', () => {
    expect(signed.split('.')[0]).toBe('eyJhbGciOiJFUzI1NiIsInR5cCI6ImxvY2stY29tbWFuZCtqd3QifQ')
    expect(Buffer.from(signed.split('.')[0] ?? '', 'base64url').toString()).toBe(
      '{"alg":"ES256","typ":"lock-command+jwt"}',
    )
  })

  test('is verified by OpenSSL, which shares nothing with us', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
    const path = (name: string): string => join(folder, name)
    try {
      const raw = Buffer.from(signed.slice(signed.lastIndexOf('.') + 1), 'base64url')
      writeFileSync(path('key.pem'), await exportSPKI(publicKey))
      writeFileSync(path('signature.der'), derOf(raw))
      writeFileSync(path('signed'), signed.slice(0, signed.lastIndexOf('.')), 'latin1')
      const said = execFileSync(openssl, [
        ...['dgst', '-sha256', '-verify', path('key.pem')],
        ...['-signature', path('signature.der'), path('signed')],
      ])
      expect(said.toString()).toBe('Verified OK\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('that is not ASCII is refused by its receiver, rather than read as other letters than were signed', async () => {
    const message = await signMessage(MESSAGE_TYPES.command, { ...command, note: 'Łódź' }, privateKey)
    expect(await verify(message)).toMatchObject({ ok: false, check: 'payload' })
  })

  test('is never signed twice alike, so its bytes have to be kept', async () => {
    expect(await signMessage(MESSAGE_TYPES.command, command, privateKey)).not.toBe(signed)
  })
})

/** DER of r || s, as X9.62 writes it: two integers in a sequence. */
function derOf(raw: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const digits = Buffer.from(
      BigInt(`0x${bytes.toString('hex')}`)
        .toString(16)
        .replace(/^(..)*.$/, '0$&'),
      'hex',
    )
    const positive = (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), digits]) : digits
    return Buffer.concat([Buffer.of(2, positive.length), positive])
  }
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('a message that somebody changed', () => {
  test('is never accepted: any character replaced', async () => {
    const characters = fc.oneof(fc.constantFrom(...ALPHABET, '.', '='), fc.string({ minLength: 1, maxLength: 1 }))
    await fc.assert(
      fc.asyncProperty(fc.nat(signed.length - 1), characters, async (at, character) => {
        fc.pre(signed[at] !== character)
        expect((await verify(signed.slice(0, at) + character + signed.slice(at + 1))).ok).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is never accepted: every other last character, though fifteen of them decode to the same signature', async () => {
    const others = [...ALPHABET].filter((character) => !signed.endsWith(character))
    const verdicts = await Promise.all(others.map((character) => verify(signed.slice(0, -1) + character)))
    expect(verdicts.filter(({ ok }) => ok)).toEqual([])
  })

  test('is never accepted: cut, doubled, filled up or spliced with another one', async () => {
    const other = await signMessage(MESSAGE_TYPES.command, { ...command, pulseS: 30 }, privateKey)
    const position = fc.nat(signed.length)
    await fc.assert(
      fc.asyncProperty(position, position, fc.constantFrom(signed, other, ''), async (from, to, source) => {
        const mutant = signed.slice(0, from) + source.slice(Math.min(from, to), to) + signed.slice(to)
        fc.pre(mutant !== signed && mutant !== other)
        expect((await verify(mutant)).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('is never accepted under another key', async () => {
    const another = await generateKeyPair('ES256')
    expect(await verify(signed, another.publicKey)).toMatchObject({ ok: false, check: 'signature' })
  })
})

describe('whatever arrives', () => {
  test('is judged and never throws: any text', async () => {
    const part = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{0,90}$/), fc.string())
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1_200 }),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
      fc.json().map((header) => `${Buffer.from(header).toString('base64url')}.e30.${'A'.repeat(86)}`),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const verdict = await verify(text)
        expect(verdict.ok).toBe(false)
        if (!verdict.ok) expect(ENVELOPE_CHECKS).toContain(verdict.check)
      }),
      { numRuns: 500 },
    )
  })

  test('is judged and never throws: any JSON that the right key signed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const payload = { ...command, extra: value }
        const verdict = await verify(await signMessage(MESSAGE_TYPES.command, payload, privateKey))
        if (verdict.ok) expect(JSON.stringify(verdict.payload)).toBe(JSON.stringify(payload))
        else expect(['size', 'payload']).toContain(verdict.check)
      }),
      { numRuns: 300 },
    )
  })

  test.each(['crit', 'b64'])(
    'is refused when its header asks for %s, which would change what was signed',
    async (asked) => {
      const header = { alg: 'ES256', typ: MESSAGE_TYPES.command, [asked]: asked === 'crit' ? ['b64'] : false }
      const message = `${Buffer.from(JSON.stringify(header)).toString('base64url')}${signed.slice(signed.indexOf('.'))}`
      expect(await verify(message)).toMatchObject({ ok: false, check: 'algorithm' })
    },
  )

  test.each([
    ['jti', command.jti],
    ['bootId', command.bootId],
    ['openingId', command.openingId],
  ])('has no id that is not a text, though it would read like one: %s', async (member, id) => {
    const listed = await signMessage(MESSAGE_TYPES.command, { ...command, [member]: [id] }, privateKey)
    expect(await verify(listed)).toMatchObject({ ok: false, check: 'schema' })
  })

  test('has no hash of another form, nor one that is not a text', () => {
    const { jti, openingId, bootId, notAfterUptimeS, keyRef } = command
    const asked = { ...command, op: 'outcome', jti: newNonce(), about: jti, openingId, bootId, notAfterUptimeS, keyRef }
    const reads = (commandHash: unknown) => outcomeQuestion.safeParse({ ...asked, commandHash }).success
    const commandHash = commandHashOf(signed)
    expect([commandHash, [commandHash], commandHash.slice(1), `${commandHash}A`, null].map(reads)).toEqual([
      true,
      ...Array(4).fill(false),
    ])
  })

  test('is counted as a whole packet: 1,024 bytes pass, one more does not', async () => {
    const message = signed.length
    const fits = PACKET_MAX_BYTES - message - 7
    const at = (topicBytes: number): string => 't'.repeat(topicBytes)
    expect(publishPacketBytes(at(fits), message)).toBe(1_024)
    const judge = async (topicBytes: number): Promise<boolean> => {
      const { iss, aud } = command
      const expected = { key: publicKey, typ: MESSAGE_TYPES.command, iss, aud, schema: openCommand }
      return (await verifyMessage(signed, { ...expected, topic: at(topicBytes) })).ok
    }
    expect(await judge(fits)).toBe(true)
    expect(await judge(fits + 1)).toBe(false)
  })
})

describe('the largest message of its type, at the site and lock with the longest names,', () => {
  const site = given(parseSiteId('s'.repeat(32)))
  const lockId = given(lockIdFromNumber(LOCK_ID_MAX))
  const [iss, aud] = [gatewayName(site), lockName(site, lockId)]
  const most = Number.MAX_SAFE_INTEGER
  const keyRef = keyRefOf(given(parseTempKeyUuid('6f1c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7')))
  const slug = `a${'-'.repeat(31)}`
  const [openingId, commandId, bootId, jti] = [newOpeningId(), newCommandId(), newBootId(), newNonce()]
  const commandHash = commandHashOf('')
  const fromGateway = { iss, aud, iat: most, jti }
  const fromLock = { iss: aud, aud: iss, iat: most, bootId, uptimeS: most, lastCounter: most, keyGeneration: most }
  const state = { door: 'unknown', batteryPercent: 100 }
  const question = { op: 'outcome', about: commandId, openingId, commandHash, keyRef, bootId, notAfterUptimeS: most }

  test.each([
    ['open command', 'command', openCommand, { ...fromGateway, ...question, op: 'open', counter: most, pulseS: 30 }],
    ['outcome question', 'command', outcomeQuestion, { ...fromGateway, ...question }],
    [
      'receipt',
      'receipt',
      receipt,
      { ...fromGateway, keyGeneration: most, acks: Array(RECEIPT_MAX_ACKS).fill(most), journalUpTo: most },
    ],
    [
      'ack',
      'ack',
      ack,
      {
        ...{ ...fromLock, ...state, openingId, commandId, commandHash, keyRef },
        ...{ result: 'not-executed', reason: slug, journalSeq: most },
      },
    ],
    [
      'hello with six ops',
      'hello',
      hello,
      {
        ...{ ...fromLock, ...state, nonce: jti, journalFrom: most, journalTo: most },
        ...{ ops: ['open', 'outcome', 'hello', 'enrol', 'journal', 'settings'], firmware: 'f'.repeat(32) },
      },
    ],
  ] as const)('fits the packet: %s', async (_name, kind, schema, payload) => {
    const message = await signMessage(MESSAGE_TYPES[kind], payload, privateKey)
    const longest = Math.max(...LOCK_TOPIC_KINDS.map((topicKind) => lockTopic(site, lockId, topicKind).length))
    const expected = { topic: 't'.repeat(longest), key: publicKey, typ: MESSAGE_TYPES[kind], schema }
    expect(await verifyMessage<object>(message, { ...expected, iss: payload.iss, aud: payload.aud })).toMatchObject({
      ok: true,
    })
  })
})
