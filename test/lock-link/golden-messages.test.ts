import { readFileSync } from 'node:fs'
import { generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Lock, NO_VENDOR_FACTS } from '#domain/locks/lock.ts'
import type { LockMessageTrace } from '#lock-link/lock-link-options.ts'
import { MqttLockLink } from '#lock-link/mqtt-lock-link.ts'
import { lockIdFromNumber, parseLockUuid, parseSiteId } from '#protocol/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const golden = z.object({
  keys: z.object({ 'lock-17': z.object({ publicPem: z.string() }) }),
  vectors: z.array(
    z.object({
      name: z.string(),
      topic: z.string(),
      kind: z.string(),
      message: z.string(),
      check: z.string().nullable(),
    }),
  ),
})
const file = golden.parse(JSON.parse(readFileSync(new URL('../../protocol/vectors.json', import.meta.url), 'utf8')))
const fromLock = file.vectors.filter(({ kind }) => kind === 'ack' || kind === 'hello')

const lock17: Lock = {
  lockId: must(lockIdFromNumber(17)),
  uuid: must(parseLockUuid('6f9619ff-8b86-4d01-b42d-00cf4fc964ff')),
  name: 'Lock 17',
  area: null,
  directions: null,
  offlineAfterMin: null,
  pulseS: 5,
  organization: null,
  owner: null,
  publicKeyPem: file.keys['lock-17'].publicPem,
  keyMadeBy: 'lock',
  keyGeneration: 1,
  mqttPasswordHash: null,
  vendor: NO_VENDOR_FACTS,
  version: 1,
  createdAtMs: 0,
  lastCommand: null,
  retiredAtMs: null,
}

test.each(fromLock.map((vector) => [vector.name, vector.check ?? 'ok', vector] as const))(
  'what OpenSSL signed as lock 17 gets at the gateway exactly the verdict of the contract: %s, %s',
  async (_name, verdict, { topic, message }) => {
    const { privateKey } = await generateKeyPair('ES256')
    const say = () => {}
    let arrive: (topic: string, payload: Buffer) => void = say
    const acks: string[] = []
    const link = new MqttLockLink({
      site: must(parseSiteId('north')),
      broker: {
        kind: 'embedded',
        openPort: (events) => {
          arrive = events.onMessage
          return { deliver: () => true, reaches: () => true, cutOff: say, roundTrip: say, close: say }
        },
      },
      signingKey: privateKey,
      clock: new ManualClock(),
      log: { info: say, warn: say, error: say },
    })
    await link.start([lock17], { onAck: (ack) => void acks.push(ack.message), onHello: say, onCutOff: say })
    try {
      const judged = new Promise<LockMessageTrace>((resolve) => {
        link.watchMessages((trace) => {
          if (trace.direction === 'from-lock') resolve(trace)
        })
      })
      arrive(topic, Buffer.from(message))
      expect((await judged).verdict).toBe(verdict)
      expect(acks).toEqual(verdict === 'ok' && topic.endsWith('/ack') ? [message] : [])
    } finally {
      await link.stop()
    }
  },
)
