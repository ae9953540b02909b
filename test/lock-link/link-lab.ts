import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportSPKI, generateKeyPair } from 'jose'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import { type Lock, NO_VENDOR_FACTS } from '#domain/locks/lock.ts'
import type { SignedCommand } from '#domain/openings/opening.ts'
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

const { privateKey: gatewayKey } = await generateKeyPair('ES256')
const lockKeys = new Map<LockId, { privateKey: CryptoKey; publicKeyPem: string }>()
for (const lockId of lockIds) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  lockKeys.set(lockId, { privateKey, publicKeyPem: await exportSPKI(publicKey) })
}

/** Further locks have the second one's. */
const keyOf = (lockId: LockId) => must(lockKeys.get(lockId) ?? lockKeys.get(two) ?? null)

const lockOf = (lockId: LockId): Lock => ({
  ...{
    lockId,
    uuid: must(parseLockUuid(randomUUID())),
    name: `Door ${lockId}`,
    area: null,
    directions: null,
    offlineAfterMin: null,
    pulseS: 5,
  },
  ...{ organization: null, owner: null, publicKeyPem: keyOf(lockId).publicKeyPem },
  ...{
    keyMadeBy: 'lock',
    keyGeneration: 1,
    mqttPasswordHash: 'x',
    version: 1,
    createdAtMs: 0,
    lastCommand: null,
    retiredAtMs: null,
  },
  vendor: NO_VENDOR_FACTS,
})

export interface Said {
  readonly topic: string
  readonly message: string
}

/**
 * A link whose broker is the test: two locks that are there, and all that reached nobody who waited.
 * @param further locks that are there as well
 */
export async function startLink(further: readonly LockId[] = []) {
  const all = [...lockIds, ...further]
  const absent = new Set<LockId>()
  const clock = new ManualClock()
  const late: VerifiedAck[] = []
  const verdicts: string[] = []
  const heard: LockId[] = []
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
        return { deliver, reaches, cutOff: () => {}, roundTrip: () => {}, close: () => {} }
      },
    },
    signingKey: gatewayKey,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  })
  link.watchMessages(({ direction, lockId, verdict }) => {
    if (direction !== 'from-lock') return
    verdicts.push(verdict)
    heard.push(lockId)
  })
  await link.start(all.map(lockOf), { onAck: (ack) => void late.push(ack), onHello: () => {}, onCutOff: () => {} })
  await until('all are asked', () => delivered.length === all.length)

  const sign = async (lockId: LockId, kind: 'ack' | 'hello', members: object): Promise<Said> => {
    const addressed = { iss: lockName(site, lockId), aud: gatewayName(site) }
    const message = await signMessage(MESSAGE_TYPES[kind], { ...addressed, ...members }, keyOf(lockId).privateKey)
    return { topic: lockTopic(site, lockId, kind === 'ack' ? 'ack' : 'presence'), message }
  }
  /** Brings them in one moment; answers with the locks in the order in which they were heard. */
  const bring = async (said: readonly Said[]): Promise<readonly LockId[]> => {
    const before = heard.length
    for (const { topic, message } of said) port?.onMessage(topic, Buffer.from(message))
    await until('all are heard', () => heard.length === before + said.length)
    await settled()
    return heard.slice(before)
  }
  const say = async (lockId: LockId, kind: 'ack' | 'hello', members: object) => {
    await bring([await sign(lockId, kind, members)])
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
  const signAck = (lockId: LockId, members: object) => sign(lockId, 'ack', members)
  /** The gateway is told of another key pair of this lock; the board that is there goes on signing with the one before. */
  const giveKeyPair = async (lockId: LockId, keyGeneration: number) => {
    const publicKeyPem = await exportSPKI((await generateKeyPair('ES256', { extractable: true })).publicKey)
    await link.putLock({ ...lockOf(lockId), publicKeyPem, keyGeneration })
  }
  const retire = (lockId: LockId) => link.putLock({ ...lockOf(lockId), retiredAtMs: 5 })
  return { giveKeyPair, retire, link, clock, late, delivered, absent, hello, ack, signAck, bring }
}

export async function newCommand(link: MqttLockLink, lockId: LockId = one): Promise<SignedCommand> {
  const fields = { commandId: newCommandId(), openingId: newOpeningId(), lockId, keyRef: null, bootId: boot }
  return await link.signOpen({ ...fields, counter: 1, notAfterUptimeS: 107, pulseS: 5 })
}

export const ackOf = (command: SignedCommand, difference: Partial<Ack> = {}): object => ({
  ...{ openingId: command.openingId, commandId: command.commandId, commandHash: command.commandHash, keyRef: null },
  ...{ result: 'opened', reason: null, bootId: boot, uptimeS: 101, lastCounter: 1, keyGeneration: 1, journalSeq: 2 },
  ...{ door: 'closed', batteryPercent: null, ...difference },
})
