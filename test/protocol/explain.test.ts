import fc from 'fast-check'
import { generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { ENVELOPE_CHECKS, signMessage } from '#protocol/envelope.ts'
import { type ExplainedCheck, explainMessage, explanationLines } from '#protocol/explain.ts'
import { MESSAGE_TYPES } from '#protocol/messages.ts'

const lock = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
const topic = 'latchkey/v1/north/17/presence'
const hello = {
  iss: 'north/17',
  aud: 'north/gateway',
  nonce: null,
  bootId: '8TbsfctDfWA',
  uptimeS: 86_400,
  lastCounter: 40,
  keyGeneration: 1,
  journalFrom: 1,
  journalTo: 206,
  ops: ['open', 'outcome', 'hello'],
  firmware: 'acme-lock 2.4.1',
  door: 'closed',
  batteryPercent: null,
}
const sign = async (payload: object, typ: 'hello' | 'ack' = 'hello'): Promise<string> =>
  await signMessage(MESSAGE_TYPES[typ], payload, lock.privateKey)
const signed = await sign(hello)

const states = (checks: ExplainedCheck[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, state }) => [check, state]))

describe('explain-message', () => {
  test('shows a good message decoded, with every check passed', async () => {
    const explanation = await explainMessage({ message: signed, topic, key: lock.publicKey })
    expect(explanation.verdict).toBe('accepted')
    expect(explanation.judgedAs).toBe('A hello of lock 17 of site north to its gateway')
    expect(explanation.header?.value).toEqual({ alg: 'ES256', typ: 'lock-hello+jwt' })
    expect(explanation.payload?.value).toEqual(hello)
    expect(explanation.checks.map(({ check }) => check)).toEqual([...ENVELOPE_CHECKS])
    expect(new Set(explanation.checks.map(({ state }) => state))).toEqual(new Set(['passed']))
  })

  test('names the first check that fails, why, and which checks were never reached', async () => {
    const message = await sign({ ...hello, aud: 'south/gateway', uptimeS: -1 })
    const { checks, firstFailed, verdict } = await explainMessage({ message, topic, key: lock.publicKey })
    expect(verdict).toBe('refused')
    expect(firstFailed).toEqual({ check: 'aud', state: 'failed', detail: 'aud must be north/gateway' })
    expect(states(checks)).toMatchObject({ signature: 'passed', iss: 'passed', aud: 'failed', schema: 'not-reached' })
  })

  test('tells a wrong key from a wrong message', async () => {
    const { checks, payload } = await explainMessage({ message: signed, topic, key: stranger.publicKey })
    expect(states(checks)).toMatchObject({ algorithm: 'passed', signature: 'failed', payload: 'not-reached' })
    expect(payload?.value).toEqual(hello)
  })

  test('gives every reason in plain ASCII, which any terminal shows as it is', async () => {
    const wrong = [signed.slice(0, -1), `${signed}x`.repeat(3), await sign({ ...hello, note: 'ü' }), await sign([])]
    const explained = [...wrong, signed].map((message) => explainMessage({ message, topic, key: stranger.publicKey }))
    const own = wrong.map((message) => explainMessage({ message, topic, key: null }))
    for (const { firstFailed } of await Promise.all([...explained, ...own])) {
      expect(firstFailed?.detail).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  test('finds what is wrong behind the signature even without the key, and says that the signature is not checked', async () => {
    const message = await sign({ ...hello, lastCounter: -1 })
    const { checks, firstFailed } = await explainMessage({ message, topic, key: null })
    expect(states(checks)).toMatchObject({ form: 'passed', signature: 'not-checked', aud: 'passed', schema: 'failed' })
    expect(firstFailed?.detail).toMatch(/^lastCounter: /)
  })

  test('accepts a message whose unreadable member decides nothing, and names that member', async () => {
    const message = await sign({ ...hello, door: 'ajar', batteryPercent: 255 })
    const { checks, verdict, firstFailed } = await explainMessage({ message, topic, key: null })
    expect({ verdict, firstFailed }).toEqual({ verdict: 'undecided', firstFailed: null })
    expect(checks.find(({ check }) => check === 'schema')?.detail).toMatch(/door, batteryPercent/)
  })

  test('never calls a message accepted whose signature nobody checked', async () => {
    const { verdict, firstFailed } = await explainMessage({ message: signed, topic, key: null })
    expect(verdict).toBe('undecided')
    expect(firstFailed).toBeNull()
  })

  test('without a topic leaves open what only a topic tells, and takes the message for what it calls itself', async () => {
    const { checks, verdict, judgedAs, packetBytes } = await explainMessage({
      message: signed,
      topic: null,
      key: lock.publicKey,
    })
    expect(verdict).toBe('undecided')
    expect(packetBytes).toBeNull()
    expect(judgedAs).toBe('A message that calls itself lock-hello+jwt, without its topic')
    expect(states(checks)).toEqual({
      ...{
        size: 'not-checked',
        form: 'passed',
        algorithm: 'passed',
        header: 'passed',
        signature: 'passed',
        payload: 'passed',
      },
      ...{ typ: 'passed', iss: 'not-checked', aud: 'not-checked', schema: 'passed' },
    })
  })

  test('without a topic still refuses what is too large on any', async () => {
    const message = await sign({ ...hello, padding: 'x'.repeat(1_024) })
    expect((await explainMessage({ message, topic: null, key: null })).firstFailed?.check).toBe('size')
  })

  test.each([
    ['header', 'lock-hallo+jwt', hello],
    ['iss', 'lock-hello+jwt', { ...hello, iss: 17 }],
    ['aud', 'lock-hello+jwt', { ...hello, aud: ['north/gateway'] }],
  ])('without a topic and key does not invent an expected %s', async (check, typ, payload) => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const message = `${part({ alg: 'ES256', typ })}.${part(payload)}.${'A'.repeat(86)}`
    const { firstFailed } = await explainMessage({ message, topic: null, key: null })
    expect(firstFailed?.check).toBe(check)
    expect(firstFailed?.detail).toMatch(/^typ must be one of lock-command|^(iss|aud) must be a string$/)
  })

  test('says that nobody reads a topic which is no lock’s', async () => {
    const { judgedAs, checks } = await explainMessage({ message: signed, topic: 'doors/17', key: lock.publicKey })
    expect(judgedAs).toMatch(/none of a lock's, so nobody reads it: doors\/17$/)
    expect(states(checks)).toMatchObject({ size: 'passed', iss: 'not-checked', aud: 'not-checked' })
  })

  test('says that a will is not signed, rather than that it is wrong', async () => {
    const presence = 'latchkey/v1/north/17/presence'
    const { judgedAs, verdict, checks } = await explainMessage({ message: 'offline', topic: presence, key: null })
    expect(verdict).toBe('undecided')
    expect(judgedAs).toMatch(/^The will of lock 17/)
    expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['not-checked']))
  })

  test('reads a command by its op, and a receipt on the same topic by its typ', async () => {
    const commands = 'latchkey/v1/north/17/command'
    const fromGateway = { iss: 'north/gateway', aud: 'north/17', iat: 0, jti: 'AAAAAAAAAAAAAAAAAAAAAA' }
    const explain = async (typ: 'command' | 'receipt', payload: object) => {
      const message = await signMessage(MESSAGE_TYPES[typ], { ...fromGateway, ...payload }, lock.privateKey)
      return await explainMessage({ message, topic: commands, key: lock.publicKey })
    }
    expect((await explain('command', { op: 'hello' })).verdict).toBe('accepted')
    expect((await explain('command', { op: 'enrol' })).verdict).toBe('accepted')
    expect((await explain('command', { op: 'open' })).firstFailed?.check).toBe('schema')
    expect((await explain('command', { op: 'outcome' })).firstFailed?.check).toBe('schema')
    const receipt = await explain('receipt', { keyGeneration: 1, acks: [], journalUpTo: null })
    expect(receipt.verdict).toBe('accepted')
    expect(receipt.judgedAs).toBe('A receipt of the gateway to lock 17 of site north')
  })

  test('never throws, and has one line for each check, whatever it is given', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1_200 }),
      fc.array(fc.string(), { maxLength: 4 }).map((parts) => parts.join('.')),
      fc
        .jsonValue()
        .map((value) => `e30.${Buffer.from(JSON.stringify(value)).toString('base64url')}.${'A'.repeat(86)}`),
    )
    const topics = fc.constantFrom(null, '', topic, 'latchkey/v1/north/17/command', 'latchkey/v1/north/17/presence')
    await fc.assert(
      fc.asyncProperty(texts, topics, fc.boolean(), async (message, onTopic, keyed) => {
        const explanation = await explainMessage({ message, topic: onTopic, key: keyed ? lock.publicKey : null })
        expect(explanation.verdict).not.toBe('accepted')
        expect(explanation.checks.map(({ check }) => check)).toEqual([...ENVELOPE_CHECKS])
        for (const line of explanationLines(explanation)) expect(line).toMatch(/^[\x20-\x7e]*$/)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the explanation for people', () => {
  test('is complete on one screen, and ends with the verdict', async () => {
    const message = await sign({ ...hello, nonce: 'short' })
    const lines = explanationLines(await explainMessage({ message, topic, key: lock.publicKey }))
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "A hello of lock 17 of site north to its gateway
      489 bytes, 525 as an MQTT packet with its topic (at most 1024)

      header   {"alg":"ES256","typ":"lock-hello+jwt"}
      payload  {"iss":"north/17","aud":"north/gateway","nonce":"short","bootId":"8TbsfctDfWA","uptimeS":86400,"lastCounter":40,"keyGeneration":1,"journalFrom":1,"journalTo":206,"ops":["open","outcome","hello"],"firmware":"acme-lock 2.4.1","door":"closed","batteryPercent":null}

      passed       size
      passed       form
      passed       algorithm
      passed       header
      passed       signature
      passed       payload
      passed       typ
      passed       iss
      passed       aud
      failed       schema     nonce: must be 22 base64url characters (16 bytes)

      Refused: the first check that fails is schema."
    `)
  })

  test('never lets a message write to the terminal anything but printable ASCII', async () => {
    const message = `${Buffer.from('\u001b[2J\u0007').toString('base64url')}.YQ.${'A'.repeat(86)}`
    const lines = explanationLines(await explainMessage({ message, topic: '\u009b31m', key: null }))
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/)
    expect(lines).toContain('header   \\u001b[2J\\u0007')
  })
})
