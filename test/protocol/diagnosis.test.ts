import { generateKeyPairSync, sign } from 'node:crypto'
import { generateKeyPair, importSPKI } from 'jose'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { signMessage, type Verdict, verifyMessage } from '#protocol/envelope.ts'
import { hello, MESSAGE_TYPES } from '#protocol/messages.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const lockKey = await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'ES256')
const topic = 'latchkey/v1/north/17/presence'
const HEADER = '{"alg":"ES256","typ":"lock-hello+jwt"}'
const PAYLOAD =
  '{"iss":"north/17","aud":"north/gateway","nonce":null,"bootId":"8TbsfctDfWA","uptimeS":86400,"lastCounter":40,' +
  '"keyGeneration":1,"journalFrom":1,"journalTo":206,"ops":["open","outcome","hello"],"firmware":"acme","door":"closed","batteryPercent":87}'

const b64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64url')
const signatureOf = (input: string, dsaEncoding: 'der' | 'ieee-p1363' = 'ieee-p1363'): Buffer =>
  sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding })
/** As a board would make it: header and payload as they stand, under a signature that fits. */
function made(payload: string, header = HEADER): string {
  const input = `${b64(header)}.${b64(payload)}`
  return `${input}.${signatureOf(input).toString('base64url')}`
}
const good = made(PAYLOAD)
const [header = '', payload = '', signature = ''] = good.split('.')

const verify = async (message: string): Promise<Verdict<z.infer<typeof hello>>> =>
  await verifyMessage(message, {
    ...{ topic, key: lockKey, typ: MESSAGE_TYPES.hello, schema: hello },
    ...{ iss: 'north/17', aud: 'north/gateway' },
  })
const flawOf = async (message: string): Promise<string> => {
  const verdict = await verify(message)
  return verdict.ok ? 'none' : `${verdict.check}: ${verdict.detail}`
}

/** A signature whose r, or s, is so small that its number has a byte less. */
function shortSignature(half: 'r' | 's'): Buffer {
  for (;;) {
    const raw = signatureOf(`${header}.${payload}`)
    if (raw[half === 'r' ? 0 : 32] === 0) return raw
  }
}
const without = (raw: Buffer, at: number): string =>
  Buffer.concat([raw.subarray(0, at), raw.subarray(at + 1)]).toString('base64url')
const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex')

test('the message that all mistakes below are made in is accepted', async () => {
  expect(await verify(good)).toMatchObject({ ok: true, unread: [] })
})

describe('a firmware author is told the one cause', () => {
  test.each([
    ['nothing', '', /^form: the message is empty$/],
    ['strlen + 1 bytes', `${good}\0`, /^form: a NUL byte \(0x00\) stands at the end.*strlen/],
    ['a newline at the end', `${good}\n`, /^form: a line break \(0x0a\) stands at the end/],
    ['a carriage return at the end', `${good}\r\n`, /^form: a line break \(0x0a\) stands at the end/],
    ['a blank at the end', `${good} `, /^form: a blank \(0x20\) stands at the end/],
    ['quotation marks', JSON.stringify(good), /^form: the message stands in quotation marks/],
    ['the payload alone', PAYLOAD, /^form: it is JSON as it stands/],
    ['one part', 'hallo', /^form: it has 1 part joined by dots, not 3/],
    ['two parts', `${header}.${payload}`, /^form: it has 2 parts joined by dots, not 3/],
    ['four parts', `${good}.AAAA`, /^form: it has 4 parts/],
    ['no signature', `${header}.${payload}.`, /^form: the third part is empty: the message is not signed/],
    ['an empty payload', `${header}..${signature}`, /^form: the second part is empty/],
    ['padding of the signature', `${good}==`, /^form: the third part has base64 padding/],
    ['padding of the payload', `${header}.${payload}=.${signature}`, /^form: the second part has base64 padding/],
    ['base64', `${header}.${payload}.+${signature.slice(1)}`, /^form: the third part is base64 with \+, not base64url/],
    ['base64 in the payload', `${header}.${payload}/.${signature}`, /^form: the second part is base64 with \//],
    [
      'lines of 64',
      `${header}.${payload.slice(0, 64)}\n${payload.slice(64)}.${signature}`,
      /second part is broken over lines at its byte 64$/,
    ],
    [
      'a letter of another alphabet',
      `${header}.${payload}\u00e9.${signature}`,
      /second part is 0xe9, which base64url does not have/,
    ],
    ['hexadecimal', `${header}.${payload}.${hex(signature)}`, /^form: the third part is the signature in hexadecimal/],
    ['an HMAC', `${header}.${payload}.${'A'.repeat(43)}`, /has 32 bytes: that is an HMAC or a hash/],
    [
      'half a signature',
      `${header}.${payload}.${'A'.repeat(40)}`,
      /has 30 bytes \(40 characters\) instead of 64 \(86\)/,
    ],
    [
      'a letter that is missing',
      `${header}.${payload.slice(0, 257)}.${signature}`,
      /the second part is cut: base64url never has 257 characters/,
    ],
    ['spare bits of the signature', `${good.slice(0, -1)}B`, /the third part ends with B: .* one of A Q g w/],
  ])('%s', async (_mistake, message, says) => {
    expect(await flawOf(message)).toMatch(says)
  })

  test.each(['r', 's'] as const)('a stripped zero of %s, and never one that stands', async (half) => {
    const raw = shortSignature(half)
    expect(await flawOf(`${header}.${payload}.${raw.toString('base64url')}`)).toBe('none')
    const stripped = without(raw, half === 'r' ? 0 : 32)
    expect(await flawOf(`${header}.${payload}.${stripped}`)).toMatch(
      /has 63 bytes instead of 64: r or s lost its leading zeros/,
    )
  })

  test('a sign byte that DER puts in front of a number', async () => {
    const raw = Buffer.concat([Buffer.of(0), Buffer.from(signature, 'base64url')]).toString('base64url')
    expect(await flawOf(`${header}.${payload}.${raw}`)).toMatch(/has 65 bytes instead of 64: r or s has a sign byte/)
  })

  test('DER, whatever its length', async () => {
    const input = `${header}.${payload}`
    for (let times = 0; times < 50; times += 1) {
      const der = signatureOf(input, 'der')
      expect(await flawOf(`${input}.${der.toString('base64url')}`)).toContain(
        `a signature in DER (${der.length} bytes, the first 0x30)`,
      )
    }
  })

  test('DER that happens to have 64 bytes', async () => {
    const der = Buffer.concat([Buffer.of(0x30, 62, 2, 29), Buffer.alloc(29, 1), Buffer.of(2, 29), Buffer.alloc(29, 1)])
    expect(await flawOf(`${header}.${payload}.${der.toString('base64url')}`)).toMatch(
      /^(form|signature): .*DER \(64 bytes/,
    )
  })

  test.each([
    [
      '{"typ":"lock-hello+jwt","alg":"ES256"}',
      /^header: the header must be \{"alg":"ES256","typ":"lock-hello\+jwt"\} to the letter; from byte 2 on it says typ.* and is printed again as alg/,
    ],
    ['{"alg":"ES256","typ":"lock-hello+jwt","kid":"17"}', /^header: .*it has another member, "kid"$/],
    ['{"alg": "ES256","typ":"lock-hello+jwt"}', /^header: .*a blank stands at byte 7/],
    ['{"alg":"ES256","typ":"lock-hello+jwt"}\n', /^header: .*a line break stands at byte 38/],
    ['{"alg":"none","alg":"ES256","typ":"lock-hello+jwt"}', /^header: .*member "alg" stands twice, again at byte 14/],
    ['{"alg":"ES256","typ":"JWT"}', /^header: the header must be .*lock-hello.*typ is "JWT"$/],
    ['{"alg":"ES256"}', /^header: .*typ is missing$/],
    ['{"alg":"ES256","typ":["lock-hello+jwt"]}', /^header: .*typ is \["lock-hello\+jwt"\]$/],
    ['{"alg":"HS256","typ":"lock-hello+jwt","kid":"1"}', /^algorithm: alg must be ES256, it is "HS256"$/],
    ['{"alg":"es256","typ":"lock-hello+jwt"}', /^algorithm: alg must be ES256, it is "es256"$/],
    ['{"typ":"lock-hello+jwt"}', /^algorithm: alg must be ES256, it is missing$/],
    ['{"alg":"ES256","typ":"lock-ack+jwt"}', /^typ: typ must be lock-hello\+jwt here, it is lock-ack\+jwt$/],
    ['ES256', /^form: the first part is not a JSON object$/],
  ])('a header %s', async (text, says) => {
    expect(await flawOf(made(PAYLOAD, text))).toMatch(says)
  })

  const at = (text: string): number => PAYLOAD.indexOf(text)
  test.each([
    [
      'a blank',
      PAYLOAD.replace(',"nonce"', ', "nonce"'),
      `a blank stands at byte ${at('"nonce"')}`,
      `from byte ${at('"nonce"')} on it says  "nonce":null`,
    ],
    [
      'a line break at the end',
      `${PAYLOAD}\n`,
      `a line break stands at byte ${PAYLOAD.length}`,
      'is printed again as nothing',
    ],
    ['\\/', PAYLOAD.replace('north/17', 'north\\/17'), '\\/ at byte 13 is to be written /', 'is printed again as /17"'],
    [
      '1.0',
      PAYLOAD.replace('"keyGeneration":1,', '"keyGeneration":1.0,'),
      `number 1.0 at byte ${at('1,"journalFrom"')} is to be written 1;`,
      'on it says .0,"journalFrom"',
    ],
    ['an exponent', PAYLOAD.replace('86400', '864e2'), 'number 864e2 at byte', 'is to be written 86400'],
    ['minus zero', PAYLOAD.replace('"lastCounter":40', '"lastCounter":-0'), 'number -0 at byte', 'is to be written 0'],
    [
      'a number beyond a double',
      PAYLOAD.replace('86400', '9007199254740993'),
      'number 9007199254740993 at byte',
      'is not below 2^53',
    ],
    [
      'a doubled member',
      PAYLOAD.replace('"door"', '"uptimeS":1,"door"'),
      'member "uptimeS" stands twice, again at byte',
      'on it says 86400',
    ],
    [
      'a doubled member inside',
      PAYLOAD.replace(/\}$/, ',"x":{"a":1,"b":{"a":1},"a":2}}'),
      'member "a" stands twice',
      'is printed again as',
    ],
    ['an escaped letter', PAYLOAD.replace('acme', '\\u0061cme'), '\\u0061 at byte', 'is to be written a;'],
    [
      'an escaped DEL',
      PAYLOAD.replace('acme', '\\u007f'),
      '\\u007f at byte',
      'is to be written as itself, one byte (0x7f);',
    ],
    ['an escape in capitals', PAYLOAD.replace('acme', '\\u001F'), '\\u001F at byte', 'is to be written \\u001f;'],
    [
      'a long escape where a short one is',
      PAYLOAD.replace('acme', '\\u000a'),
      '\\u000a at byte',
      'is to be written \\n;',
    ],
    [
      'an escaped umlaut',
      PAYLOAD.replace('acme', 'T\\u00fcr'),
      '\\u00fc at byte',
      'stands for a character that is not ASCII',
    ],
    ['an umlaut in Latin 1', PAYLOAD.replace('acme', 'T\xfcr'), 'a byte that is not ASCII: 0xfc at byte', 'payload'],
    ['DEL as an escape, as Python writes it', PAYLOAD.replace('acme', '\\u007f'), '\\u007f at byte', 'printed again'],
    ['half of a surrogate pair', PAYLOAD.replace('acme', '\\ud83d'), 'half of a surrogate pair', 'payload'],
    [
      'a member named by a number',
      PAYLOAD.replace('{', '{"7":1,'),
      'member "7" at byte 1 has a number for a name',
      'payload',
    ],
    ['the same behind others', PAYLOAD.replace(/\}$/, ',"007":1}'), 'member "007" at byte', 'has a number for a name'],
    ['a brace that is missing', PAYLOAD.slice(0, -1), 'the payload is not JSON: it ends too early', 'payload'],
    ['a NUL at the end', `${PAYLOAD}\0`, 'a NUL byte (0x00) stands at its end', 'strlen(payload)'],
    [
      'a leading zero',
      PAYLOAD.replace(':40', ':040'),
      'the payload is not JSON: at byte',
      'it says 40,"keyGeneration"',
    ],
    ['single quotes', PAYLOAD.replaceAll('"', "'"), "the payload is not JSON: at byte 1 it says 'iss'", 'payload'],
  ])('a payload with %s', async (_mistake, text, cause, difference) => {
    const flaw = await flawOf(made(text))
    expect(flaw).toMatch(/^payload: /)
    expect(flaw).toContain(cause)
    expect(flaw).toContain(difference)
  })

  test.each(['x', '__proto__', 'constructor'])(
    'a payload with a number that others read otherwise, in a member of whatever name: %s',
    async (name) => {
      for (const number of ['1.5', '1e+99', '9007199254740992', '{"a":[0.5]}']) {
        const text = PAYLOAD.replace('{', `{"${name}":${number},`)
        expect(await flawOf(made(text))).toBe(
          `payload: the payload has a number that is not a whole one below 2^53: ${name}`,
        )
      }
    },
  )

  test.each(['"\\\\', '\\n', '\\u001f', '\u007f', '\\\\ud83d'])(
    'and is told nothing where a needed escape stands, or what only looks like one: %s',
    async (text) => {
      const escaped = PAYLOAD.replace(/\}$/, `,"note":"${text.replace(/^"/, '\\"')}"}`)
      expect(await flawOf(made(escaped))).toBe('none')
    },
  )
})

test('never a byte of another key or token is in what a foreign message is told: at most 40 characters of its own', async () => {
  const { privateKey: stranger } = await generateKeyPair('ES256')
  const message = await signMessage(MESSAGE_TYPES.hello, { iss: 'x'.repeat(300) }, stranger)
  expect((await flawOf(message)).length).toBeLessThan(120)
  const named = made(PAYLOAD, JSON.stringify({ alg: 'ES256', typ: 'lock-hello+jwt', ['k'.repeat(200)]: 1 }))
  expect((await flawOf(named)).length).toBeLessThan(200)
})
