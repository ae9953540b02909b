import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { Aedes } from 'aedes'
import fastify from 'fastify'
import { importPKCS8, importSPKI } from 'jose'
import mqtt from 'mqtt'
import { z } from 'zod'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import { setCommonHeaders } from '#http/headers/common-headers.ts'
import { signMessage, verifyMessage } from '#protocol/envelope.ts'
import {
  commandHashOf,
  keyRefOf,
  type LockId,
  lockIdFromNumber,
  newBootId,
  newCommandId,
  newOpeningId,
  parseSiteId,
  parseTempKeyUuid,
  type TempKeyUuid,
} from '#protocol/ids.ts'
import { ack, MESSAGE_TYPES } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic, parseLockTopic, siteFilter } from '#protocol/topics.ts'
import { openStore } from '#store/open-store.ts'
import { answerParent, cpuMs } from './child.ts'
import { cpuByThread } from './cpu-by-thread.ts'

/**
 * What nobody can be faster than: the same route and locks with Fastify, MQTT.js, Aedes and jose as they come, and no
 * checks. Floor A has no signatures either; floor B signs the command and verifies the ack; floor C also stores both, as
 * the gateway does, and nothing else of it.
 */
const options = z
  .object({
    signed: z.boolean(),
    stored: z.boolean(),
    locks: z.number(),
    dataDir: z.string(),
    lockPublicPem: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'))

const site = parseSiteId('bench')
if (site === null) throw new Error('no site')
const signingKey = await importPKCS8(readFileSync(path.join(options.dataDir, 'gateway-key.pem'), 'utf8'), 'ES256')
const lockKey = await importSPKI(options.lockPublicPem, 'ES256')
const aedes = await Aedes.createBroker()
const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('no address')

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const store = options.stored
  ? (
      await openStore({
        ...{ dataDir: options.dataDir, log: silent, nowMs: Date.now(), sweptLocks: 'all' },
        saw: () => {},
      })
    ).store
  : null

const waiting = new Map<string, (ack: VerifiedAck | null) => void>()
const plainAck = z.object({ jti: z.string() })
const client = await mqtt.connectAsync({ host: '127.0.0.1', port: address.port, keepalive: 30, log: () => {} })
if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true)
await client.subscribeAsync(siteFilter(site, 'ack'), { qos: 1 })
client.on('message', (topic, payload) => {
  const message = payload.toString('latin1')
  if (options.signed) void verified(message, topic)
  else waiting.get(plainAck.parse(JSON.parse(message)).jti)?.(null)
})

async function verified(message: string, topic: string): Promise<void> {
  const parsed = parseLockTopic(topic)
  if (site === null || parsed === null) return
  const expected = {
    topic,
    key: lockKey,
    typ: MESSAGE_TYPES.ack,
    iss: lockName(site, parsed.lockId),
    aud: gatewayName(site),
    schema: ack,
  }
  const verdict = await verifyMessage(message, expected)
  if (verdict.ok) waiting.get(verdict.payload.commandId)?.({ ...verdict.payload, lockId: parsed.lockId, message })
}

const bootId = newBootId()
let counter = 0

async function openLock(tempKeyUuid: TempKeyUuid, lockId: LockId): Promise<{ openingId: string }> {
  if (site === null) throw new Error('no site')
  const openingId = newOpeningId()
  const jti = newCommandId()
  const nextCounter = ++counter
  const payload = {
    iss: gatewayName(site),
    aud: lockName(site, lockId),
    iat: Math.floor(Date.now() / 1_000),
    op: 'open',
    jti,
    openingId,
    counter: nextCounter,
    bootId,
    notAfterUptimeS: 108,
    pulseS: 5,
    // As long as a true one: a floor's messages have the size of the gateway's.
    keyRef: keyRefOf(tempKeyUuid),
  }
  const message = options.signed
    ? await signMessage(MESSAGE_TYPES.command, payload, signingKey)
    : JSON.stringify(payload)
  if (options.signed) {
    const { keyRef, notAfterUptimeS } = payload
    const bound = { commandId: jti, openingId, lockId, keyRef, bootId, counter: nextCounter, notAfterUptimeS }
    const reserved = await store?.reserve({
      ...{ openingId, lockId, tempKeyUuid },
      principal: { kind: 'guest' },
      command: { ...bound, commandHash: commandHashOf(message), message },
      idempotency: null,
      atMs: Date.now(),
    })
    if (reserved !== undefined && reserved.kind !== 'reserved') throw new Error(reserved.kind)
  }
  const acked = await new Promise<VerifiedAck | null>((resolve) => {
    waiting.set(jti, (ack) => {
      waiting.delete(jti)
      resolve(ack)
    })
    client.publish(lockTopic(site, lockId, 'command'), message, { qos: 1 })
  })
  if (acked !== null) await store?.settle({ ack: acked, atMs: Date.now() })
  return { openingId }
}

// The limits and the headers of the gateway's own answers: a floor is the same round trip.
const app = fastify({
  logger: false,
  requestTimeout: 10_000,
  connectionTimeout: 15_000,
  keepAliveTimeout: 15_000,
  http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
})
app.addHook('onRequest', async (_request, reply) => setCommonHeaders(reply))
app.post<{ Params: { uuid: string } }>('/temp-keys/:uuid/open', async (request, reply) => {
  const { uuid } = request.params
  const tempKeyUuid = parseTempKeyUuid(uuid)
  const lockId = lockIdFromNumber(1 + ((Number.parseInt(uuid.slice(-12), 16) - 1) % options.locks))
  if (lockId === null || tempKeyUuid === null) throw new Error('no lock')
  const { openingId } = await openLock(tempKeyUuid, lockId)
  return reply
    .code(303)
    .header('location', `/temp-keys/${uuid}`)
    .send({ openingId, lockId, status: 'opened', usedCount: 1, maxUses: null })
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })

answerParent(
  {
    facts: () => ({ url, host: '127.0.0.1', port: address.port }),
    use: () => ({ cpuMs: cpuMs(), threads: cpuByThread(), rssBytes: process.memoryUsage().rss }),
  },
  async () => {
    await app.close()
    await client.endAsync(true)
    server.close()
    aedes.close()
    await store?.close()
  },
)
