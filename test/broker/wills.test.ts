import { Socket } from 'node:net'
import { Aedes, type PublishPacket } from 'aedes'
import { expect, it } from 'vitest'
import { aedesHooks } from '#broker/aedes-hooks.ts'
import { newBrokerCounters } from '#broker/broker-counters.ts'
import { DEFAULT_BROKER_LIMITS } from '#broker/broker-limits.ts'
import { QuietLog } from '#broker/broker-log.ts'
import { Connections } from '#broker/connections/connections.ts'
import { Endings } from '#broker/connections/endings.ts'
import { RatesOfLocks } from '#broker/connections/lock-rates.ts'
import { realClock } from '#runtime/real-clock.ts'
import { lock, SITE, topicOf } from './broker-fixture.ts'

const say = () => undefined
const log = { info: say, warn: say, error: say }

/** The broker's rules over one connection of lock 1, with a will, as aedes asks them. */
async function connectedWithWill() {
  const connections = new Connections()
  const counters = newBrokerCounters()
  const warnings = new QuietLog(log, 1_000)
  const hooks = aedesHooks({
    ...{
      site: SITE,
      limits: DEFAULT_BROKER_LIMITS,
      credentials: { passwordHashOf: () => null },
      connections,
      counters,
    },
    ...{
      endings: new Endings({ counters, warnings, refusals: warnings, isLock: () => true, clock: realClock }),
      warnings,
      rates: new RatesOfLocks(DEFAULT_BROKER_LIMITS),
      log,
    },
    ...{ clock: realClock, onTakeover: say, onExcess: say },
  })
  const aedes = await Aedes.createBroker()
  const stream = new Socket()
  const client = aedes.handle(stream)
  const payload = Buffer.from('offline')
  const will: PublishPacket = {
    cmd: 'publish',
    topic: topicOf(1, 'presence'),
    payload,
    qos: 1,
    retain: false,
    dup: false,
  }
  connections.add(client, {
    ...{ stream, ended: null, ready: true, address: '::1', network: '::1', acceptedMs: 0, heardMs: 0, keepaliveS: 30 },
    ...{ claim: { kind: 'lock', lockId: lock(1) }, will, lockId: lock(1), rates: null, subscriber: null },
  })
  const isPublished = () =>
    new Promise<boolean>((resolve) =>
      hooks.authorizePublish(client, will, (error) => resolve(error === null || error === undefined)),
    )
  return { client, connections, isPublished, close: () => new Promise<void>((resolve) => aedes.close(() => resolve())) }
}

it('no will is published of a lock that is connected, though aedes says so after its timers were late', async () => {
  const { client, isPublished, close } = await connectedWithWill()
  expect(await isPublished()).toBe(false)
  client.close()
  expect(await isPublished()).toBe(true)
  await close()
})
