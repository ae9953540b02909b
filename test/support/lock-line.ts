import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Gateway } from '#gateway/gateway.ts'
import { opOf } from './lock-words.ts'

const CONNECT = 1
const PUBLISH = 3
const SUBSCRIBE = 8
const CONNACK_ACCEPTED = Buffer.from([0x20, 2, 0, 0])
/** Far from the packet ids that a lock counts up from 1. */
const FIRST_INJECTED_ID = 60_000

const COMPACT_JWS = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g

/** `swallow`: the lock hears that the broker has it, and nobody ever gets it. */
type Fate = 'pass' | 'hold' | 'lose' | 'swallow'

/** One MQTT packet of a lock on its way to the broker. */
export interface UpPacket {
  readonly bytes: Buffer
  readonly type: number
  /** Only of a PUBLISH. */
  readonly topic: string
  readonly payload: string
}

/**
 * The line between one lock and the broker: it delays, loses and adds, and can hide from the broker that the lock at
 * its other end has rebooted.
 */
export class LockLine {
  /** What becomes of a packet that the lock sends; may change at any moment. */
  fateUp: (packet: UpPacket) => Fate = () => 'pass'
  /** The broker's side of the connection outlives the lock's: a reboot goes unnoticed, its unasked hello is lost. */
  hidesReboots = false
  readonly up: UpPacket[] = []
  readonly #server: Server
  readonly #brokerPort: number
  #downHeld = false
  /** A lock that has not heard its CONNACK takes nothing else. */
  #introducing = false
  #heldDown: Buffer[] = []
  #heldUp: Buffer[] = []
  #lockSide: Socket | null = null
  #brokerSide: Socket | null = null
  #injectedId = FIRST_INJECTED_ID

  private constructor(server: Server, brokerPort: number) {
    this.#server = server
    this.#brokerPort = brokerPort
    server.on('connection', (socket) => this.#accept(socket))
  }

  /** To the broker of this gateway. */
  static async to({ broker }: Pick<Gateway, 'broker'>): Promise<LockLine> {
    if (broker === null) throw new Error('the broker is not the gateway’s own')
    return await LockLine.toPort(broker.port)
  }

  /** To whichever broker listens there. */
  static async toPort(brokerPort: number): Promise<LockLine> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new LockLine(server, brokerPort)
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the line has no port')
    return `mqtt://127.0.0.1:${address.port}`
  }

  /** What the signed messages ask for that wait for the lock here. */
  get heldDownOps(): readonly string[] {
    const messages = Buffer.concat(this.#heldDown).toString('latin1').match(COMPACT_JWS) ?? []
    return messages.flatMap((message) => opOf(message) ?? [])
  }

  /** Bytes for the lock stay here until `releaseDown`. */
  holdDown(): void {
    this.#downHeld = true
  }

  /** The line breaks: what was on its way to the lock is lost, and both ends see it. */
  breakDown(): void {
    this.#heldDown = []
    this.#downHeld = false
    this.#lockSide?.destroy()
    this.#brokerSide?.destroy()
  }

  releaseDown(): void {
    this.#downHeld = false
    this.#flushDown()
  }

  #flushDown(): void {
    if (this.#downHeld || this.#introducing) return
    for (const bytes of this.#heldDown.splice(0)) this.#lockSide?.write(bytes)
  }

  /** What `fateUp` held goes on now, in its order. */
  releaseUp(): void {
    for (const bytes of this.#heldUp.splice(0)) this.#brokerSide?.write(bytes)
  }

  /** Publishes in the lock's own connection, QoS 1, as firmware with other ideas would. */
  publishUp(topic: string, message: string): void {
    this.#injectedId += 1
    const body = Buffer.concat([lengthPrefixed(topic), uint16(this.#injectedId), Buffer.from(message)])
    this.#brokerSide?.write(Buffer.concat([Buffer.from([0x32]), remainingLength(body.length), body]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lockSide?.destroy()
    this.#brokerSide?.destroy()
    this.#server.on('connection', (socket) => socket.destroy())
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #accept(lockSide: Socket): void {
    const takesOver = this.hidesReboots && this.#brokerSide?.destroyed === false
    this.#lockSide = lockSide
    const brokerSide = takesOver && this.#brokerSide !== null ? this.#brokerSide : this.#dial()
    this.#introducing = takesOver
    const read = packetReader((packet) => {
      this.up.push(packet)
      if (this.#introducing) {
        this.#introducing = !this.#answerForBroker(lockSide, packet)
        this.#flushDown()
        return
      }
      const fate = this.fateUp(packet)
      if (fate === 'pass') brokerSide.write(packet.bytes)
      if (fate === 'hold') this.#heldUp.push(packet.bytes)
      if (fate === 'swallow') acknowledge(lockSide, packet)
    })
    lockSide.on('data', read)
    lockSide.on('error', () => {})
    lockSide.on('close', () => {
      if (!this.hidesReboots) brokerSide.destroy()
    })
  }

  #dial(): Socket {
    const brokerSide = connect({ host: '127.0.0.1', port: this.#brokerPort, noDelay: true })
    this.#brokerSide = brokerSide
    brokerSide.on('data', (bytes: Buffer) => {
      if (this.#downHeld || this.#introducing) this.#heldDown.push(bytes)
      else this.#lockSide?.write(bytes)
    })
    brokerSide.on('error', () => {})
    brokerSide.on('close', () => this.#lockSide?.destroy())
    return brokerSide
  }

  /** True once the lock believes itself connected and introduced. */
  #answerForBroker(lockSide: Socket, packet: UpPacket): boolean {
    const { type, bytes } = packet
    const body = bytes.subarray(bodyStart(bytes))
    if (type === CONNECT) lockSide.write(CONNACK_ACCEPTED)
    if (type === SUBSCRIBE)
      lockSide.write(Buffer.concat([Buffer.from([0x90, 3]), body.subarray(0, 2), Buffer.from([1])]))
    if (type !== PUBLISH) return false
    acknowledge(lockSide, packet)
    return true
  }
}

/** The PUBACK of a PUBLISH with QoS 1. */
function acknowledge(lockSide: Socket, { bytes, topic }: UpPacket): void {
  const idStart = bodyStart(bytes) + 2 + Buffer.byteLength(topic)
  lockSide.write(Buffer.concat([Buffer.from([0x40, 2]), bytes.subarray(idStart, idStart + 2)]))
}

function packetReader(onPacket: (packet: UpPacket) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0)
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (let size = packetSize(pending); size !== null && pending.length >= size; size = packetSize(pending)) {
      onPacket(packetOf(pending.subarray(0, size)))
      pending = pending.subarray(size)
    }
  }
}

function packetOf(bytes: Buffer): UpPacket {
  const type = (bytes[0] ?? 0) >> 4
  if (type !== PUBLISH) return { bytes, type, topic: '', payload: '' }
  const body = bytes.subarray(bodyStart(bytes))
  const topicEnd = 2 + body.readUInt16BE(0)
  const payloadStart = topicEnd + (((bytes[0] ?? 0) & 0b110) === 0 ? 0 : 2)
  return {
    bytes,
    type,
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.toString('latin1', payloadStart),
  }
}

/** Where the body begins, behind a remaining length of one to four bytes. */
function bodyStart(bytes: Buffer): number {
  let at = 1
  while (at < 4 && ((bytes[at] ?? 0) & 0x80) !== 0) at += 1
  return at + 1
}

function packetSize(bytes: Buffer): number | null {
  let length = 0
  for (let at = 1; at <= 4; at += 1) {
    const digit = bytes[at]
    if (digit === undefined) return null
    length += (digit & 0x7f) * 128 ** (at - 1)
    if ((digit & 0x80) === 0) return at + 1 + length
  }
  throw new Error('not an MQTT packet')
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const lengthPrefixed = (text: string): Buffer => Buffer.concat([uint16(Buffer.byteLength(text)), Buffer.from(text)])

function remainingLength(length: number): Buffer {
  const digits: number[] = []
  let rest = length
  do {
    digits.push((rest % 128) | (rest >= 128 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.from(digits)
}
