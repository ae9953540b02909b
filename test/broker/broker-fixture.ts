import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import type { BrokerLimits } from '#broker/broker-limits.ts'
import type { Contest } from '#broker/connections/takeover-watch.ts'
import { type EmbeddedBroker, type EmbeddedBrokerOptions, startEmbeddedBroker } from '#broker/embedded-broker.ts'
import type { GatewayPort } from '#broker/gateway-port.ts'
import { type LockId, lockIdFromNumber, parseSiteId, type SiteId } from '#protocol/ids.ts'
import { type LockTopicKind, lockTopic, lockUserName } from '#protocol/topics.ts'
import { realClock } from '#runtime/real-clock.ts'

export function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a builder of this test made nothing')
  return value
}

export const SITE: SiteId = given(parseSiteId('haus-1'))
export const lock = (id: number): LockId => given(lockIdFromNumber(id))
export const topicOf = (id: number, kind: LockTopicKind): string => lockTopic(SITE, lock(id), kind)
export const passwordOf = (lockId: LockId): string => `password of ${lockId}`

interface Line {
  level: 'info' | 'warn' | 'error'
  fields: object
  message: string
}

export interface Gateway {
  /** What locks said since it was opened. */
  received: Received[]
  deliver(id: number, message: string): boolean
  port: GatewayPort
  closed: Promise<void>
  close(): void
}

export interface Site extends AsyncDisposable {
  broker: EmbeddedBroker
  lines: Line[]
  closedLocks: LockId[]
  contested: { lockId: LockId; contest: Contest }[]
  credentials: Map<LockId, string>
  lockClient(id: number, options?: IClientOptions): Promise<MqttClient>
  gateway(): Gateway
  tcp(): Promise<Socket>
}

/** A broker with the locks 1 … `locks`, and everything that was started from it, closed at the end of the block. */
export async function startSite(
  limits: Partial<BrokerLimits> = {},
  { locks = 3, ...more }: { locks?: number } & Partial<EmbeddedBrokerOptions> = {},
): Promise<Site> {
  const lines: Line[] = []
  const closedLocks: LockId[] = []
  const contested: Site['contested'] = []
  const credentials = new Map<LockId, string>()
  for (let id = 1; id <= locks; id += 1) credentials.set(lock(id), hashLockPassword(passwordOf(lock(id))))
  const write = (level: Line['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
  const broker = await startEmbeddedBroker({
    site: SITE,
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    credentials: { passwordHashOf: (lockId) => credentials.get(lockId) ?? null },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    limits,
    onLockClosed: (lockId) => closedLocks.push(lockId),
    onLockContested: (lockId, contest) => contested.push({ lockId, contest }),
    ...more,
  })
  const clients: MqttClient[] = []
  const sockets: Socket[] = []

  const gateway = () => {
    const received: Received[] = []
    const closed = Promise.withResolvers<void>()
    const port = broker.openGatewayPort({
      onMessage: (topic, payload) => received.push({ topic, text: payload.toString() }),
      onClosed: closed.resolve,
    })
    return {
      closed: closed.promise,
      received,
      port,
      deliver: (id: number, message: string) => port.deliver(lock(id), message),
      close: () => port.close(),
    }
  }

  const tcp = async () => {
    const socket = connectTcp({ host: broker.host, port: broker.port, noDelay: true })
    sockets.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }

  const lockClient = async (id: number, options: IClientOptions = {}) => {
    const client = await connectLock(broker.port, lock(id), options)
    clients.push(client)
    return client
  }

  return {
    broker,
    lines,
    closedLocks,
    contested,
    credentials,
    lockClient,
    gateway,
    tcp,
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.end(true)
      for (const socket of sockets) socket.destroy()
      await broker.close()
    },
  }
}

/** Rejects with MQTT.js's own error when the broker refuses. */
export async function connectLock(port: number, lockId: LockId, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync({
    host: '127.0.0.1',
    port,
    protocol: 'mqtt',
    protocolVersion: 4,
    clientId: lockUserName(lockId),
    username: lockUserName(lockId),
    password: passwordOf(lockId),
    keepalive: 30,
    reconnectPeriod: 0,
    ...options,
  })
  client.on('error', () => undefined)
  return client
}

/** Resolves when the condition holds; the test's own timeout says when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

export interface Received {
  topic: string
  text: string
}

/** Collects what a client receives from now on. */
export function inbox(client: MqttClient): Received[] {
  const received: Received[] = []
  client.on('message', (topic, payload) => {
    received.push({ topic, text: payload.toString() })
  })
  return received
}

/** Proves that the broker is calm and the way lock → gateway is open: nothing sent before it is still under way. */
export async function roundTrip(sender: MqttClient, senderId: number, received: Received[]): Promise<void> {
  const text = `mark ${Math.random()}`
  await sender.publishAsync(topicOf(senderId, 'event'), text, { qos: 1 })
  await until(() => received.some((message) => message.text === text))
}
