import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type IClientOptions, MqttClient } from 'mqtt'
import { OFFLINE_WILL } from '#protocol/topics.ts'

export interface ConnectionOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  url: string
  userName: string
  password: string
  clientId: string
  /** PEM of the site's CA, for `mqtts`. */
  ca?: string | undefined
  /** True unless said otherwise, as PROTOCOL.md asks. */
  cleanSession?: boolean | undefined
  commandTopic: string
  presenceTopic: string
}

export interface ConnectionEvents {
  /** Connected and subscribed to the command topic. */
  onReady(): void
  onMessage(message: string, retained: boolean): void
  onDown(): void
  /** The broker said no, or nobody was there. The next try follows by itself. */
  onFailure(error: Error): void
}

const KEEPALIVE_S = 30
const CONNECT_TIMEOUT_MS = 10_000
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5_000

/** MQTT 3.1.1 with clean sessions; one client per connection, so that nothing of an old one is ever sent again. */
export class LockConnection {
  readonly #options: ConnectionOptions
  readonly #events: ConnectionEvents
  #client: MqttClient | undefined
  #retry: NodeJS.Timeout | undefined
  #failures = 0
  #wanted = false
  #frozen = false
  #ready = false
  /** While frozen the keepalive stands still: no ping, and no giving up on the broker either. */
  readonly #keepaliveTimer = {
    set: (act: (...args: unknown[]) => unknown, everyMs: number): number =>
      setInterval(() => {
        if (!this.#frozen) act()
      }, everyMs)[Symbol.toPrimitive](),
    clear: (timer: number): void => clearInterval(timer),
  }

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options
    this.#events = events
  }

  get ready(): boolean {
    return this.#ready && !this.#frozen
  }

  get wanted(): boolean {
    return this.#wanted
  }

  open(): void {
    this.#wanted = true
    if (this.#client === undefined) this.#dial()
  }

  /** False when nothing left; `delivered` is called when the broker has acknowledged it. */
  publish(topic: string, message: string, delivered: () => void = () => {}): boolean {
    if (!this.ready || this.#client === undefined) return false
    this.#client.publish(topic, message, { qos: 1, retain: false }, (error) => {
      if (error == null) delivered()
    })
    return true
  }

  /** The cable is cut: no farewell, and no new connection before `open`. */
  cut(): void {
    this.#wanted = false
    clearTimeout(this.#retry)
    this.#drop()
  }

  /** The connection is gone, the next one follows by itself. */
  drop(): void {
    this.#drop()
    if (this.#wanted) this.#dialLater()
  }

  /** Says `offline` and leaves in order; no new connection before `open`. */
  async close(): Promise<void> {
    this.#wanted = false
    clearTimeout(this.#retry)
    const client = this.#client
    if (client === undefined) return
    if (this.ready) {
      await within(1_000, new Promise<void>((said) => this.publish(this.#options.presenceTopic, OFFLINE_WILL, said)))
    }
    await within(1_000, new Promise<void>((ended) => client.end(false, {}, () => ended())))
    if (this.#client === client) this.#drop()
  }

  /** The connection stays, and nothing is said or heard on it: a firmware that hangs, a cable half cut. */
  freeze(): void {
    this.#frozen = true
    this.#client?.stream.pause()
  }

  thaw(): void {
    this.#frozen = false
    this.#client?.stream.resume()
  }

  #dial(): void {
    const { url, userName, password, clientId, presenceTopic } = this.#options
    const settings: IClientOptions = {
      protocolVersion: 4,
      clean: this.#options.cleanSession ?? true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      timerVariant: this.#keepaliveTimer,
      clientId,
      username: userName,
      password,
      will: { topic: presenceTopic, payload: Buffer.from(OFFLINE_WILL), qos: 1, retain: false },
    }
    const client = new MqttClient(() => openSocket(url, this.#options.ca), settings)
    this.#client = client
    const current = () => this.#client === client
    client.on('error', (error) => {
      if (current()) this.#events.onFailure(error)
    })
    client.on('close', () => {
      if (current()) this.drop()
    })
    client.on('message', (_topic, payload, packet) => {
      if (current() && !this.#frozen) this.#events.onMessage(payload.toString('latin1'), packet.retain)
    })
    client.on('connect', () => {
      client.subscribe(this.#options.commandTopic, { qos: 1 }, (error, granted) => {
        if (!current()) return
        if (error != null || granted?.[0]?.qos === 128) {
          this.#events.onFailure(error ?? new Error('the broker refused the subscription'))
          this.drop()
          return
        }
        this.#failures = 0
        this.#ready = true
        this.#events.onReady()
      })
    })
  }

  #drop(): void {
    const client = this.#client
    const wasReady = this.#ready
    this.#client = undefined
    this.#ready = false
    client?.stream.destroy()
    client?.end(true)
    if (wasReady) this.#events.onDown()
  }

  #dialLater(): void {
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures) * (0.75 + Math.random() / 2)
    this.#failures = Math.min(this.#failures + 1, 16)
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.open(), delayMs)
  }
}

function openSocket(url: string, ca: string | undefined): Socket {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol !== 'mqtts:') return connectTcp({ host, port: Number(port || 1883), noDelay: true })
  const socket = connectTls({ host, port: Number(port || 8883), ca })
  socket.setNoDelay(true)
  return socket
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((late) => {
    timer = setTimeout(late, limitMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
