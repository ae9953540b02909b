import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportSPKI, generateKeyPair } from 'jose'
import { beforeAll } from 'vitest'
import type { VerifiedAck } from '#domain/ack.ts'
import { type Lock, NO_VENDOR_FACTS } from '#domain/lock.ts'
import type { SignedCommand } from '#domain/ports.ts'
import type { EmbeddedPortEvents } from '#lock-link/lock-link-options.ts'
import { MqttLockLink } from '#lock-link/mqtt-lock-link.ts'
import { signMessage } from '#protocol/envelope.ts'
import {
  type LockId,
  lockIdFromNumber,
  newBootId,
  newCommandId,
  newOpeningId,
  parseLockUuid,
  parseSiteId,
} from '#protocol/ids.ts'
import { type Ack, type Hello, MESSAGE_TYPES } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic } from '#protocol/topics.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'

const site = must(parseSiteId('test'))
export const boot = newBootId()
export const lockIds = [1, 2].map((n) => must(lockIdFromNumber(n)))
export const [one, two] = [must(lockIds[0] ?? null), must(lockIds[1] ?? null)]

let gatewayKey: CryptoKey
const lockKeys = new Map<LockId, { privateKey: CryptoKey; publicKeyPem: string }>()
beforeAll(async () => {
  gatewayKey = (await generateKeyPair('ES256')).privateKey
  for (const lockId of lockIds) {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    lockKeys.set(lockId, { privateKey, publicKeyPem: await exportSPKI(publicKey) })
  }
})

const lockOf = (lockId: LockId): Lock => ({
  ...{ lockId, uuid: must(parseLockUuid(randomUUID())), name: `Door ${lockId}`, area: null, pulseS: 5 },
  ...{ organization: null, owner: null, publicKeyPem: lockKeys.get(lockId)?.publicKeyPem ?? null },
  ...{ keyMadeBy: 'lock', keyGeneration: 1, mqttPasswordHash: 'x', version: 1, createdAtMs: 0, lastCommand: null },
  vendor: NO_VENDOR_FACTS,
})

/** A link whose broker is the test: two locks that are there, and all that reached nobody who waited. */
export async function startLink() {
  const absent = new Set<LockId>()
  const clock = new ManualClock()
  const late: VerifiedAck[] = []
  const verdicts: string[] = []
  const delivered: string[] = []
  let port: EmbeddedPortEvents | null = null
  const link = new MqttLockLink({
    site,
    broker: {
      kind: 'embedded',
      openPort: (events) => {
        port = events
        const reaches = (lockId: LockId) => !absent.has(lockId)
        const deliver = (lockId: LockId, message: string) => {
          if (reaches(lockId)) delivered.push(message)
          return reaches(lockId)
        }
        return { deliver, reaches, cutOff: () => {}, close: () => {} }
      },
    },
    signingKey: gatewayKey,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onAck: (ack) => void late.push(ack),
    onHello: () => {},
    onCutOff: () => {},
  })
  link.watchMessages(({ direction, verdict }) => {
    if (direction === 'from-lock') verdicts.push(verdict)
  })
  await link.start(lockIds.map(lockOf))
  await until('both are asked', () => delivered.length === 2)

  const say = async (lockId: LockId, kind: 'ack' | 'hello', members: object) => {
    const addressed = { iss: lockName(site, lockId), aud: gatewayName(site) }
    const key = must(lockKeys.get(lockId)?.privateKey ?? null)
    const message = await signMessage(MESSAGE_TYPES[kind], { ...addressed, ...members }, key)
    const topic = lockTopic(site, lockId, kind === 'ack' ? 'ack' : 'presence')
    const heard = verdicts.length
    port?.onMessage(topic, Buffer.from(message))
    await until('heard', () => verdicts.length > heard)
    await settled()
    return verdicts.at(-1)
  }
  const questionTo = (lockId: LockId): string => {
    const payloads = delivered.map((message) =>
      JSON.parse(Buffer.from(message.split('.')[1] ?? '', 'base64url').toString()),
    )
    return payloads.find(({ aud }) => aud === lockName(site, lockId)).jti
  }
  const hello = (lockId: LockId, difference: Partial<Hello> = {}) =>
    say(lockId, 'hello', {
      ...{ nonce: questionTo(lockId), bootId: boot, uptimeS: 100, lastCounter: 0, keyGeneration: 1 },
      ...{ journalFrom: 0, journalTo: 0, ops: ['open', 'outcome', 'hello'], firmware: 'test' },
      ...{ door: 'closed', batteryPercent: null, ...difference },
    })
  const ack = (lockId: LockId, members: object) => say(lockId, 'ack', members)
  /** The gateway is told of another key pair of this lock; the board that is there goes on signing with the one before. */
  const giveKeyPair = async (lockId: LockId, keyGeneration: number) => {
    const publicKeyPem = await exportSPKI((await generateKeyPair('ES256', { extractable: true })).publicKey)
    await link.putLock({ ...lockOf(lockId), publicKeyPem, keyGeneration })
  }
  return { giveKeyPair, link, clock, late, delivered, absent, hello, ack }
}

export async function newCommand(link: MqttLockLink): Promise<SignedCommand> {
  const fields = { commandId: newCommandId(), openingId: newOpeningId(), lockId: one, keyRef: null, bootId: boot }
  return await link.signOpen({ ...fields, counter: 1, notAfterUptimeS: 107, pulseS: 5 })
}

export const ackOf = (command: SignedCommand, difference: Partial<Ack> = {}): object => ({
  ...{ openingId: command.openingId, commandId: command.commandId, commandHash: command.commandHash, keyRef: null },
  ...{ result: 'opened', reason: null, bootId: boot, uptimeS: 101, lastCounter: 1, keyGeneration: 1, journalSeq: 2 },
  ...{ door: 'closed', batteryPercent: null, ...difference },
})
