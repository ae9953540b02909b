import { lockUserName } from '#protocol/topics.ts'
import { lock, passwordOf } from './broker-fixture.ts'

const text = (bytes: Buffer | string): Buffer => {
  const body = Buffer.from(bytes)
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 0xff]), body])
}

export interface Connect {
  version?: number
  keepaliveS?: number
  clientId?: Buffer | string
  userName?: Buffer | string
  password?: string
  /** QoS 1, not retained. */
  will?: { topic: string; payload: string } | null
}

/** A CONNECT as bytes, because no client library would send what these tests need. */
export function connectPacket(difference: Connect = {}): Buffer {
  const lock1 = lock(1)
  const { version, keepaliveS, clientId, userName, password, will } = {
    version: 4,
    keepaliveS: 30,
    clientId: lockUserName(lock1),
    userName: lockUserName(lock1),
    password: passwordOf(lock1),
    will: null,
    ...difference,
  }
  const head = Buffer.from([version, will === null ? 0xc2 : 0xce, keepaliveS >> 8, keepaliveS & 0xff])
  const left = will === null ? [] : [text(will.topic), text(will.payload)]
  return framed(0x10, Buffer.concat([text('MQTT'), head, text(clientId), ...left, text(userName), text(password)]))
}

export function framed(type: number, body: Buffer): Buffer {
  const head = [type]
  let rest = body.length
  do {
    head.push((rest & 0x7f) | (rest > 127 ? 0x80 : 0))
    rest >>= 7
  } while (rest > 0)
  return Buffer.concat([Buffer.from(head), body])
}

export const subscribePacket = (filter: string, qos: 0 | 1): Buffer =>
  framed(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([qos])]))

export function publishPacket(topic: string, payload: string, qos: 1 | 2, messageId: number): Buffer {
  const id = Buffer.from([messageId >> 8, messageId & 0xff])
  return framed(0x30 | (qos << 1), Buffer.concat([text(topic), id, Buffer.from(payload)]))
}

export const PINGREQ = Buffer.from([0xc0, 0])
export const DISCONNECT = Buffer.from([0xe0, 0])
