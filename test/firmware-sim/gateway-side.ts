import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { type CryptoKey, exportPKCS8, exportSPKI, type GenerateKeyPairResult, generateKeyPair } from 'jose'
import type { Flash } from '#firmware-sim/board/flash.ts'
import type { SimulatedLockOptions } from '#firmware-sim/lock-options.ts'
import { type SimulatedLock, startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { signMessage, verifyMessage } from '#protocol/envelope.ts'
import {
  type BootId,
  type CommandId,
  commandHashOf,
  lockIdFromNumber,
  newCommandId,
  newNonce,
  newOpeningId,
  parseSiteId,
} from '#protocol/ids.ts'
import { type Ack, ack, type Hello, hello, MESSAGE_TYPES, type OpenCommand } from '#protocol/messages.ts'
import { gatewayName, LOCK_TOPIC_KINDS, lockName, lockTopic } from '#protocol/topics.ts'
import { must } from '#test/support/must.ts'

export const site = must(parseSiteId('house'))
export const lockId = must(lockIdFromNumber(17))

const extractable = { extractable: true }
const fromGateway = { iss: gatewayName(site), aud: lockName(site, lockId), iat: 1_790_000_000 }

/** The other end of the wire for one lock: a bare broker, the gateway's key, and what the lock said, verified. */
export class GatewaySide {
  readonly acks: { message: string; payload: Ack; topic: string }[] = []
  readonly hellos: Hello[] = []
  readonly presence: string[] = []
  /** Messages on an uplink topic that did not verify as this lock's. */
  readonly unverified: string[] = []
  readonly subscriptions: string[] = []
  readonly url: string
  readonly #broker: Aedes
  readonly #close: () => Promise<void>
  readonly #key: CryptoKey
  readonly #options: Omit<SimulatedLockOptions, 'flash'>
  readonly #lockPublicKey: CryptoKey
  readonly #locks: SimulatedLock[] = []
  #waiters: { wants: () => boolean; resolve: () => void }[] = []
  #clients: Client[] = []
  #counter = 0

  private constructor(
    broker: Aedes,
    url: string,
    close: () => Promise<void>,
    keys: { gateway: GenerateKeyPairResult; lock: GenerateKeyPairResult },
  ) {
    this.#broker = broker
    this.url = url
    this.#close = close
    this.#key = keys.gateway.privateKey
    this.#lockPublicKey = keys.lock.publicKey
    this.#options = {
      url,
      userName: 'lock-17',
      password: 'p',
      clientId: 'lock-17',
      site,
      lockId,
      privateKey: keys.lock.privateKey,
      gatewayPublicKey: keys.gateway.publicKey,
    }
    broker.on('client', (client) => this.#clients.push(client))
    broker.on('clientDisconnect', (gone) => {
      this.#clients = this.#clients.filter((client) => client !== gone)
    })
    broker.on('subscribe', (subscriptions) => this.subscriptions.push(...subscriptions.map(({ topic }) => topic)))
    broker.on('publish', (packet, client) => {
      if (client !== null || packet.topic.startsWith('latchkey/'))
        void this.#hear(packet.topic, packet.payload.toString())
    })
  }

  static async start(): Promise<GatewaySide> {
    const broker = await Aedes.createBroker()
    const server = createServer({ noDelay: true }, (socket) => broker.handle(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const close = async () => {
      await new Promise<void>((closed) => broker.close(() => closed()))
      await new Promise<void>((closed) => server.close(() => closed()))
    }
    const keys = {
      gateway: await generateKeyPair('ES256', extractable),
      lock: await generateKeyPair('ES256', extractable),
    }
    return new GatewaySide(broker, `mqtt://127.0.0.1:${address.port}`, close, keys)
  }

  async startLock(options: Partial<SimulatedLockOptions> & { flash?: Flash } = {}): Promise<SimulatedLock> {
    const lock = await startSimulatedLock({ ...this.#options, ...options })
    this.#locks.push(lock)
    return lock
  }

  /** What `latchkey lock add --make-key` prints for this lock. */
  async flashingSheet(): Promise<Record<string, unknown>> {
    const { hostname, port } = new URL(this.url)
    const topics = Object.fromEntries(LOCK_TOPIC_KINDS.map((kind) => [kind, lockTopic(site, lockId, kind)]))
    const gatewayPublicKey = { pem: await exportSPKI(this.#options.gatewayPublicKey), jwk: {}, hex: '' }
    const privateKey = { pem: await exportPKCS8(this.#options.privateKey), jwk: {}, hex: '' }
    const login = { user: 'lock-17', password: 'p', clientId: 'lock-17' }
    return { site, lockId, host: hostname, port: Number(port), ...login, topics, gatewayPublicKey, privateKey }
  }

  /** Asks for a hello and waits for the answer, as a gateway does before it makes a command for a boot. */
  async meet(): Promise<Hello> {
    const nonce = newNonce()
    const find = () => this.hellos.find((hello) => hello.nonce === nonce)
    await this.send(await this.helloQuestion(nonce))
    await this.until(() => find() !== undefined)
    const found = find()
    if (found === undefined) throw new Error('no answer')
    return found
  }

  /** Closes every connection from the broker's side, as a restart does. */
  async hangUp(): Promise<void> {
    await Promise.all(this.#clients.map((client) => new Promise<void>((closed) => client.close(() => closed()))))
  }

  async stop(): Promise<void> {
    for (const lock of this.#locks) await lock.stop()
    await this.#close()
  }

  async command(
    lock: Pick<SimulatedLock, 'bootId' | 'uptimeS'>,
    changes: Partial<OpenCommand> = {},
  ): Promise<{ message: string; jti: CommandId }> {
    this.#counter += 1
    const command: OpenCommand = {
      ...fromGateway,
      op: 'open',
      jti: newCommandId(),
      openingId: newOpeningId(),
      counter: this.#counter,
      bootId: lock.bootId,
      notAfterUptimeS: lock.uptimeS + 8,
      pulseS: 5,
      keyRef: null,
      ...changes,
    }
    return { message: await this.sign(command), jti: command.jti }
  }

  async outcomeQuestion(about: CommandId, bootId: BootId, notAfterUptimeS: number): Promise<string> {
    return await this.sign({
      ...fromGateway,
      op: 'outcome',
      jti: newNonce(),
      about,
      openingId: newOpeningId(),
      commandHash: commandHashOf('lost'),
      keyRef: null,
      bootId,
      notAfterUptimeS,
    })
  }

  async helloQuestion(nonce = newNonce()): Promise<string> {
    return await this.sign({ ...fromGateway, op: 'hello', jti: nonce })
  }

  async receipt(...acks: number[]): Promise<string> {
    const payload = { ...fromGateway, jti: newNonce(), keyGeneration: 1, acks, journalUpTo: null }
    return await signMessage(MESSAGE_TYPES.receipt, payload, this.#key)
  }

  async sign(payload: object): Promise<string> {
    return await signMessage(MESSAGE_TYPES.command, payload, this.#key)
  }

  async send(message: string, retain = false): Promise<void> {
    const packet = { cmd: 'publish', qos: 1, dup: false, retain, topic: lockTopic(site, lockId, 'command') } as const
    await new Promise<void>((sent, failed) =>
      this.#broker.publish({ ...packet, payload: Buffer.from(message) }, (error) => (error ? failed(error) : sent())),
    )
  }

  /** Signs, sends and returns the first ack for it. */
  async open(lock: Pick<SimulatedLock, 'bootId' | 'uptimeS'>, changes: Partial<OpenCommand> = {}): Promise<Ack> {
    const { message, jti } = await this.command(lock, changes)
    await this.send(message)
    return await this.ackFor(jti)
  }

  async ackFor(jti: CommandId): Promise<Ack> {
    const find = () => this.acks.find(({ payload }) => payload.commandId === jti)
    await this.until(() => find() !== undefined)
    const found = find()
    if (found === undefined) throw new Error('no ack')
    return found.payload
  }

  /** Resolves when something the lock said makes it true. */
  async until(wants: () => boolean): Promise<void> {
    if (wants()) return
    await new Promise<void>((resolve) => this.#waiters.push({ wants, resolve }))
  }

  async #hear(topic: string, text: string): Promise<void> {
    const expected = { topic, key: this.#lockPublicKey, iss: lockName(site, lockId), aud: gatewayName(site) }
    if (topic === lockTopic(site, lockId, 'ack')) {
      const verdict = await verifyMessage(text, { ...expected, typ: MESSAGE_TYPES.ack, schema: ack })
      if (verdict.ok) this.acks.push({ message: text, payload: verdict.payload, topic })
      else this.unverified.push(text)
    } else if (topic === lockTopic(site, lockId, 'presence')) {
      this.presence.push(text)
      const verdict = await verifyMessage(text, { ...expected, typ: MESSAGE_TYPES.hello, schema: hello })
      if (verdict.ok) this.hellos.push(verdict.payload)
      else if (text !== 'offline') this.unverified.push(text)
    }
    const woken = this.#waiters.filter(({ wants }) => wants())
    this.#waiters = this.#waiters.filter((waiter) => !woken.includes(waiter))
    for (const { resolve } of woken) resolve()
  }
}
