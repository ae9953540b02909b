import { createPrivateKey } from 'node:crypto'
import { importPKCS8, importSPKI } from 'jose'
import mqtt from 'mqtt'
import { z } from 'zod'
import { signMessage, verifyMessage } from '#protocol/envelope.ts'
import { commandHashOf, lockIdFromNumber, newBootId, parseSiteId } from '#protocol/ids.ts'
import { helloQuestion, MESSAGE_TYPES, openCommand, receipt } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic, lockUserName } from '#protocol/topics.ts'
import { answerParent } from './child.ts'

/**
 * The locks of a bench, in a process of their own. `signed` verifies every message and signs every answer; otherwise a
 * command is answered as it comes. The bolt takes no time: what is measured is the gateway.
 */
const options = z
  .object({
    site: z.string(),
    host: z.string(),
    port: z.number(),
    from: z.number(),
    count: z.number(),
    password: z.string(),
    privatePem: z.string(),
    gatewayPublicPem: z.string(),
    signed: z.boolean(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'))

const site = parseSiteId(options.site)
if (site === null) throw new Error('no site')
const privateKey = await importPKCS8(
  createPrivateKey(options.privatePem).export({ type: 'pkcs8', format: 'pem' }).toString(),
  'ES256',
)
const gatewayKey = await importSPKI(options.gatewayPublicPem, 'ES256')
const bornMs = performance.now()
let moved = 0
let receipts = 0
const tookMs = new Map<string, number>()
let takenMs: number[] = []
const clients: mqtt.MqttClient[] = []

/** The one header of a receipt, by which it is told from a command before either is verified, as PROTOCOL.md says. */
const RECEIPT_HEADER = Buffer.from(JSON.stringify({ alg: 'ES256', typ: MESSAGE_TYPES.receipt })).toString('base64url')
const command = z.discriminatedUnion('op', [openCommand, helloQuestion])
const plainCommand = z.object({ openingId: z.string(), jti: z.string() })

async function startLock(number: number): Promise<void> {
  const lockId = lockIdFromNumber(number)
  if (site === null || lockId === null) throw new Error('no lock')
  const topics = {
    command: lockTopic(site, lockId, 'command'),
    ack: lockTopic(site, lockId, 'ack'),
    presence: lockTopic(site, lockId, 'presence'),
  }
  const user = lockUserName(lockId)
  const client = mqtt.connect(`mqtt://${options.host}:${options.port}`, {
    clientId: user,
    username: user,
    password: options.password,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 100,
    will: { topic: topics.presence, payload: Buffer.from('offline'), qos: 1, retain: false },
  })
  clients.push(client)
  // A gateway that is not there yet is tried again.
  client.on('error', () => {})
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true)
  const bootId = newBootId()
  let counter = 0
  let journalSeq = 0
  const parties = { iss: lockName(site, lockId), aud: gatewayName(site) }
  const state = () => ({
    bootId,
    uptimeS: Math.floor((performance.now() - bornMs) / 1_000) + 100,
    lastCounter: counter,
    keyGeneration: 1,
  })
  const expected = { topic: topics.command, key: gatewayKey, iss: gatewayName(site), aud: lockName(site, lockId) }
  const hello = (nonce: string | null) =>
    signMessage(
      MESSAGE_TYPES.hello,
      {
        ...parties,
        nonce,
        ...state(),
        journalFrom: 0,
        journalTo: journalSeq,
        ops: ['open', 'outcome', 'hello'],
        firmware: 'bench',
        door: 'closed',
        batteryPercent: null,
      },
      privateKey,
    )

  const hear = async (message: string) => {
    const arrivedMs = performance.now()
    if (!options.signed) {
      const { jti, openingId } = plainCommand.parse(JSON.parse(message))
      moved += 1
      client.publish(topics.ack, JSON.stringify({ jti, openingId }), { qos: 1 })
      tookMs.set(openingId, performance.now() - arrivedMs)
      return
    }
    if (message.startsWith(RECEIPT_HEADER)) {
      const verdict = await verifyMessage(message, { ...expected, typ: MESSAGE_TYPES.receipt, schema: receipt })
      if (verdict.ok) receipts += verdict.payload.acks.length
      return
    }
    const verdict = await verifyMessage(message, { ...expected, typ: MESSAGE_TYPES.command, schema: command })
    if (!verdict.ok) return
    const told = verdict.payload
    if (told.op === 'hello') {
      client.publish(topics.presence, await hello(told.jti), { qos: 1 })
      return
    }
    moved += 1
    counter = Math.max(counter, told.counter)
    journalSeq += 2
    const ack = {
      ...parties,
      openingId: told.openingId,
      commandId: told.jti,
      commandHash: commandHashOf(message),
      keyRef: told.keyRef,
      result: 'opened',
      reason: null,
      ...state(),
      journalSeq,
      door: 'closed',
      batteryPercent: null,
    }
    const signed = await signMessage(MESSAGE_TYPES.ack, ack, privateKey)
    const sentMs = performance.now()
    client.publish(topics.ack, signed, { qos: 1 }, () => takenMs.push(performance.now() - sentMs))
    tookMs.set(told.openingId, performance.now() - arrivedMs)
  }
  client.on('message', (_topic, payload) => void hear(payload.toString('latin1')))
  await subscribe(client, topics.command)
  if (options.signed) client.publish(topics.presence, await hello(null), { qos: 1 })
}

/** Until it is granted: a connection may end, and come back, before it was. */
async function subscribe(client: mqtt.MqttClient, topic: string): Promise<void> {
  for (;;) {
    try {
      await client.subscribeAsync(topic, { qos: 1 })
      return
    } catch {
      if (!client.connected) await new Promise<void>((resolve) => client.once('connect', () => resolve()))
    }
  }
}

const AT_ONCE = 100
const startedMs = performance.now()
for (let at = 0; at < options.count; at += AT_ONCE) {
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, options.count - at) }, (_, index) => startLock(options.from + at + index)),
  )
}
const connectedInMs = performance.now() - startedMs

answerParent(
  {
    facts: () => ({ moved, receipts, connectedInMs }),
    /** How long the lock itself took for each opening since the last question, from command received to ack sent. */
    took: () => {
      const answer = Object.fromEntries(tookMs)
      tookMs.clear()
      return answer
    },
    /** How long the broker took to take each ack since the last question. */
    taken: () => {
      const answer = takenMs
      takenMs = []
      return answer
    },
  },
  async () => {
    for (const client of clients) client.end(true)
  },
)
