import { isTopicFilter, isTopicName, readMqttText } from './mqtt-text.ts'

/**
 * What is wrong with a packet from a client. `version`: another protocol than MQTT 3.1.1, which has an answer of its own;
 * `malformed` ends the connection without one. `says` is for whoever writes the firmware.
 */
export interface PacketFlaw {
  readonly kind: 'version' | 'malformed'
  readonly says: string
}

/** Section 3.1.2.2 of MQTT 3.1.1. */
const PROTOCOL_LEVEL = 4

/** Reads a body from its beginning. What is not there reads as null, and so does all that follows. */
class Body {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number | null {
    const value = this.#bytes[this.#at]
    if (value === undefined) return null
    this.#at += 1
    return value
  }

  number(): number | null {
    const [high, low] = [this.byte(), this.byte()]
    return high === null || low === null ? null : high * 256 + low
  }

  binary(): Uint8Array | null {
    const length = this.number()
    if (length === null || this.#at + length > this.#bytes.length) return null
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text(): string | null {
    const bytes = this.binary()
    return bytes === null ? null : readMqttText(bytes)
  }
}

/** A lock has one topic to hear; each filter costs the broker a look, and a packet has room for hundreds. */
export const FILTERS_MAX = 8

const malformed = (says: string): PacketFlaw => ({ kind: 'malformed', says })

/**
 * Checks a client's packet against MQTT 3.1.1, to the letter. Aedes tolerates some mistakes on which other brokers
 * close the connection: a lock that makes them would work in the workshop and fail at a site with another broker.
 */
export function packetFlaw(firstByte: number, bytes: Uint8Array, isFirst: boolean): PacketFlaw | null {
  const type = firstByte >> 4
  const flags = firstByte & 0x0f
  const body = new Body(bytes)
  if (isFirst) return connectFlaw(flags, body)
  switch (type) {
    case 1:
      return malformed('a second CONNECT')
    case 3:
      return publishFlaw(flags, body)
    case 4:
    case 5:
    case 7:
      return confirmationFlaw(flags, 0, body)
    case 6:
      return confirmationFlaw(flags, 2, body)
    case 8:
      return subscriptionFlaw('SUBSCRIBE', flags, body)
    case 10:
      return subscriptionFlaw('UNSUBSCRIBE', flags, body)
    case 12:
    case 14:
      if (flags !== 0) return malformed('PINGREQ or DISCONNECT with flags')
      return body.isAtEnd ? null : malformed('PINGREQ or DISCONNECT with bytes behind it')
    default:
      return malformed(`a packet of type ${type}, which no client sends`)
  }
}

const CLEAN_SESSION = 0x02
const WILL = 0x04
const WILL_QOS = 0x18
const WILL_RETAIN = 0x20
const PASSWORD = 0x40
const USER_NAME = 0x80
const RESERVED = 0x01

function connectFlaw(flags: number, body: Body): PacketFlaw | null {
  if (flags !== 0) return malformed('CONNECT with flags in its first byte')
  const protocol = body.text()
  const level = body.byte()
  if (protocol !== 'MQTT' && protocol !== 'MQIsdp') return malformed('CONNECT of a protocol that is not MQTT')
  if (level === null) return malformed('CONNECT that ends too early')
  if (protocol === 'MQIsdp' && level === PROTOCOL_LEVEL) return malformed('CONNECT as MQIsdp with level 4')
  if (level !== PROTOCOL_LEVEL) {
    return { kind: 'version', says: `CONNECT with protocol level ${level}: MQTT 3.1.1 is level ${PROTOCOL_LEVEL}` }
  }
  const has = body.byte()
  const keepaliveS = body.number()
  if (has === null || keepaliveS === null) return malformed('CONNECT that ends too early')
  if ((has & RESERVED) !== 0) return malformed('CONNECT with its reserved flag')
  const willQos = (has & WILL_QOS) >> 3
  if (willQos === 3) return malformed('a will of QoS 3')
  if ((has & WILL) === 0 && (has & (WILL_QOS | WILL_RETAIN)) !== 0) return malformed('will flags without a will')
  if ((has & PASSWORD) !== 0 && (has & USER_NAME) === 0) return malformed('a password without a user name')
  const clientId = body.text()
  if (clientId === null) return malformed('CONNECT without a readable client id')
  if (clientId === '' && (has & CLEAN_SESSION) === 0) return malformed('no client id, and no clean session')
  if ((has & WILL) !== 0) {
    const topic = body.text()
    if (topic === null || !isTopicName(topic)) return malformed('a will without a readable topic')
    if (body.binary() === null) return malformed('a will without a payload')
  }
  if ((has & USER_NAME) !== 0 && body.text() === null) return malformed('no readable user name')
  if ((has & PASSWORD) !== 0 && body.binary() === null) return malformed('no password where one is announced')
  return body.isAtEnd ? null : malformed('bytes behind the end of CONNECT')
}

function publishFlaw(flags: number, body: Body): PacketFlaw | null {
  const qos = (flags >> 1) & 3
  if (qos === 3) return malformed('PUBLISH of QoS 3')
  if (qos === 0 && (flags & 8) !== 0) return malformed('PUBLISH of QoS 0 marked as a duplicate')
  const topic = body.text()
  if (topic === null || !isTopicName(topic)) return malformed('PUBLISH without a readable topic')
  return qos === 0 ? null : packetIdFlaw(body)
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP. */
function confirmationFlaw(flags: number, flagsDue: number, body: Body): PacketFlaw | null {
  if (flags !== flagsDue) return malformed('PUBACK, PUBREC, PUBREL or PUBCOMP with wrong flags')
  const flaw = packetIdFlaw(body)
  if (flaw !== null) return flaw
  return body.isAtEnd ? null : malformed('bytes behind PUBACK, PUBREC, PUBREL or PUBCOMP')
}

function subscriptionFlaw(name: 'SUBSCRIBE' | 'UNSUBSCRIBE', flags: number, body: Body): PacketFlaw | null {
  if (flags !== 2) return malformed(`${name} with wrong flags`)
  const flaw = packetIdFlaw(body)
  if (flaw !== null) return flaw
  if (body.isAtEnd) return malformed(`${name} without a topic filter`)
  for (let filters = 1; !body.isAtEnd; filters += 1) {
    if (filters > FILTERS_MAX) return malformed(`${name} with more than ${FILTERS_MAX} topic filters`)
    const filter = body.text()
    if (filter === null || !isTopicFilter(filter)) return malformed(`${name} with a topic filter that is none`)
    if (name === 'UNSUBSCRIBE') continue
    const qos = body.byte()
    if (qos === null || qos > 2) return malformed('SUBSCRIBE without a QoS of 0, 1 or 2')
  }
  return null
}

function packetIdFlaw(body: Body): PacketFlaw | null {
  const id = body.number()
  if (id === null) return malformed('a packet that ends before its packet id')
  return id === 0 ? malformed('packet id 0') : null
}
