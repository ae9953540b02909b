import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { expect, it } from 'vitest'
import { startEmbeddedBroker } from '#broker/embedded-broker.ts'
import { realClock } from '#runtime/real-clock.ts'
import { connectLock, inbox, lock, passwordOf, roundTrip, SITE, startSite, topicOf, until } from './broker-fixture.ts'

it('carries a command to exactly one lock and its ack to the gateway', async () => {
  await using site = await startSite()
  const [gateway, lock1, lock2] = [site.gateway(), await site.lockClient(1), await site.lockClient(2)]
  const [atGateway, at1, at2] = [gateway.received, inbox(lock1), inbox(lock2)]
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  await lock2.subscribeAsync(topicOf(2, 'command'), { qos: 1 })

  expect(gateway.deliver(1, 'open')).toBe(true)
  await until(() => at1.length === 1)
  await lock1.publishAsync(topicOf(1, 'ack'), 'opened', { qos: 1 })
  await until(() => atGateway.length === 1)
  await roundTrip(lock2, 2, atGateway)

  expect(at1).toEqual([{ topic: topicOf(1, 'command'), text: 'open' }])
  expect(atGateway[0]).toEqual({ topic: topicOf(1, 'ack'), text: 'opened' })
  expect(at2).toEqual([])
})

it('hands a command over with QoS 1 and not retained, so that no broker keeps it for whoever comes later', async () => {
  await using site = await startSite()
  const [gateway, lock1] = [site.gateway(), await site.lockClient(1)]
  const heard: { qos: number; retain: boolean }[] = []
  lock1.on('message', (_topic, _payload, { qos, retain }) => heard.push({ qos, retain }))
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  expect(gateway.deliver(1, 'open')).toBe(true)
  await until(() => heard.length > 0)
  expect(heard).toEqual([{ qos: 1, retain: false }])
})

it('loses none of a thousand commands, each published in one tick with its receipt', async () => {
  await using site = await startSite()
  const [gateway, lock1] = [site.gateway(), await site.lockClient(1)]
  const received = inbox(lock1)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  const sent: string[] = []
  for (let n = 0; n < 1_000; n += 1) {
    const pair = [`command ${n}`, `receipt ${n}`]
    sent.push(...pair)
    expect(pair.map((text) => gateway.deliver(1, text))).toEqual([true, true])
    if (n % 50 === 49) await until(() => received.length === sent.length)
  }
  await until(() => received.length === sent.length)
  expect(received.map(({ text }) => text)).toEqual(sent)
})

it('throws away what a lock publishes with QoS 0, and loses no other lock’s ack over it', async () => {
  await using site = await startSite()
  const [gateway, lock1, lock2] = [site.gateway(), await site.lockClient(1), await site.lockClient(2)]
  const received = gateway.received
  for (let n = 0; n < 90; n += 1) {
    const ack = lock1.publishAsync(topicOf(1, 'ack'), `ack ${n}`, { qos: 1 })
    lock2.publish(topicOf(2, 'event'), 'noise', { qos: 0 })
    await ack
  }
  await until(() => received.length === 90)
  await roundTrip(lock2, 2, received)
  expect(received.filter(({ text }) => text === 'noise')).toEqual([])
  expect(site.broker.counters().dropped['not-qos-1']).toBe(90)
})

it('never delivers a command to a lock that was absent when it was published', async () => {
  await using site = await startSite()
  const gateway = site.gateway()
  const before = await site.lockClient(1, { clean: false })
  await before.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  await before.endAsync()
  await until(() => site.closedLocks.length === 1)
  expect(gateway.deliver(1, 'open, minutes ago')).toBe(false)

  const lock1 = await site.lockClient(1, { clean: false })
  const received = inbox(lock1)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  expect(gateway.deliver(1, 'open, now')).toBe(true)
  await until(() => received.length > 0)
  expect(received.map(({ text }) => text)).toEqual(['open, now'])
})

it('refuses a lock that subscribes to another lock’s commands, also after it came back', async () => {
  await using site = await startSite()
  const [gateway, lock2] = [site.gateway(), await site.lockClient(2)]
  await lock2.subscribeAsync(topicOf(2, 'command'), { qos: 1 })
  for (const round of [1, 2]) {
    const thief = await site.lockClient(1, { clean: false })
    const stolen = inbox(thief)
    for (const filter of [topicOf(2, 'command'), 'latchkey/v1/haus-1/+/command', '#', '$SYS/#'])
      await expect(thief.subscribeAsync(filter, { qos: 1 })).rejects.toThrow(/Unspecified error|128/i)
    await thief.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
    expect(gateway.deliver(2, 'open')).toBe(true)
    expect(gateway.deliver(1, 'mark')).toBe(true)
    await until(() => stolen.length > 0)
    expect(stolen.map(({ text }) => text)).toEqual(['mark'])
    await thief.endAsync()
    await until(() => site.closedLocks.length === round)
  }
  expect(site.broker.counters().refusedSubscriptions).toBe(8)
})

it.each([topicOf(2, 'ack'), topicOf(1, 'command'), '$SYS/anything', 'x'.repeat(3_000)])(
  'closes a lock that publishes to %j, and hands nothing on',
  async (topic) => {
    await using site = await startSite()
    const [gateway, bad, good] = [site.gateway(), await site.lockClient(1), await site.lockClient(2)]
    const [atGateway, atGood] = [gateway.received, inbox(good)]
    await good.subscribeAsync(topicOf(2, 'command'), { qos: 1 })
    bad.publish(topic, 'forged', { qos: 1 }, () => undefined)
    await until(() => site.closedLocks.includes(lock(1)))
    await roundTrip(good, 2, atGateway)
    expect(atGateway.filter(({ text }) => text === 'forged')).toEqual([])
    expect(atGood).toEqual([])
    expect(site.broker.counters().ended['foreign-topic']).toBe(1)
  },
)

it('keeps accepting a lock’s retained and QoS 2 messages and gives them to nobody, so that no error loop begins', async () => {
  await using site = await startSite()
  const [gateway, lock1] = [site.gateway(), await site.lockClient(1)]
  const received = gateway.received
  for (let n = 0; n < 40; n += 1) {
    await lock1.publishAsync(topicOf(1, 'event'), 'retained', { qos: 1, retain: true })
    await lock1.publishAsync(topicOf(1, 'event'), 'twice', { qos: 2 })
  }
  await roundTrip(lock1, 1, received)
  expect(received).toHaveLength(1)
  expect(site.broker.counters()).toMatchObject({ connected: 1, dropped: { retained: 40, 'not-qos-1': 40 } })

  const late = site.gateway()
  const atLate = late.received
  await roundTrip(lock1, 1, atLate)
  expect(atLate).toHaveLength(1)
})

it('reports a lock offline by its will when its connection breaks, and stays silent when it says goodbye', async () => {
  await using site = await startSite()
  const received = site.gateway().received
  const will = { topic: topicOf(1, 'presence'), payload: Buffer.from('offline'), qos: 2 as const, retain: true }
  const broken = await site.lockClient(1, { will })
  broken.stream.destroy()
  await until(() => received.length === 1)
  expect(received).toEqual([{ topic: topicOf(1, 'presence'), text: 'offline' }])

  const polite = await site.lockClient(1, { will })
  await polite.endAsync()
  await until(() => site.closedLocks.length === 2)
  await roundTrip(await site.lockClient(2), 2, received)
  expect(received).toHaveLength(2)
  const late = site.gateway().received
  await roundTrip(await site.lockClient(2), 2, late)
  expect(late).toHaveLength(1)
})

it('lets three hundred locks reconnect at once', async () => {
  await using site = await startSite({}, { locks: 300 })
  const received = site.gateway().received
  const locks = await Promise.all(Array.from({ length: 300 }, (_, n) => site.lockClient(n + 1)))
  await Promise.all(locks.map((client, n) => client.publishAsync(topicOf(n + 1, 'event'), 'hello', { qos: 1 })))
  await until(() => received.length === 300)
  expect(site.broker.counters()).toMatchObject({ connected: 300, takeovers: 0 })
})

it('disconnects a lock whose credential changed, and lets it in with the new one only', async () => {
  await using site = await startSite()
  await site.lockClient(1)
  site.credentials.delete(lock(1))
  site.broker.disconnectLock(lock(1))
  await until(() => site.closedLocks.length === 1)
  await expect(site.lockClient(1)).rejects.toThrow('Bad username or password')
  expect(site.broker.counters().ended['credential-changed']).toBe(1)
})

it('tells the gateway that nothing was sent to a lock that is gone, or not subscribed, or not subscribed any more', async () => {
  await using site = await startSite()
  const gateway = site.gateway()
  expect(gateway.deliver(1, 'to nobody')).toBe(false)
  const lock1 = await site.lockClient(1)
  const received = inbox(lock1)
  expect(gateway.deliver(1, 'too early')).toBe(false)
  await lock1.subscribeAsync(topicOf(2, 'command'), { qos: 1 }).catch(() => undefined)
  expect(gateway.deliver(1, 'to a refused subscription')).toBe(false)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  expect(gateway.deliver(1, 'open')).toBe(true)
  await until(() => received.length === 1)
  await lock1.unsubscribeAsync(topicOf(1, 'command'))
  expect(gateway.deliver(1, 'too late')).toBe(false)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  expect(gateway.deliver(1, 'open')).toBe(true)
  await until(() => received.length === 2)
  site.broker.disconnectLock(lock(1))
  expect(gateway.deliver(1, 'to a withdrawn credential')).toBe(false)
  expect(received.map(({ text }) => text)).toEqual(['open', 'open'])
})

it('gives a closed place of the gateway no rights and no news', async () => {
  await using site = await startSite()
  const [gateway, other, lock1] = [site.gateway(), site.gateway(), await site.lockClient(1)]
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  gateway.close()
  expect(gateway.deliver(1, 'open')).toBe(false)
  await roundTrip(lock1, 1, other.received)
  await roundTrip(lock1, 1, other.received)
  expect(gateway.received.length).toBeLessThan(2)
})

it('rejects with EADDRINUSE when the port is taken, and leaves the one who has it alone', async () => {
  await using site = await startSite()
  const second = startEmbeddedBroker({
    site: SITE,
    host: '127.0.0.1',
    port: site.broker.port,
    clock: realClock,
    credentials: { passwordHashOf: () => null },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    onLockClosed: () => undefined,
  })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await site.lockClient(1)
})

it('closes everything, tells each lock’s end, and frees the port', async () => {
  await using site = await startSite()
  const gateway = site.gateway()
  await site.lockClient(1)
  await site.lockClient(2)
  const stranger = await site.tcp()
  const { port } = site.broker
  await Promise.all([site.broker.close(), once(stranger, 'close'), gateway.closed])
  expect(site.closedLocks.toSorted()).toEqual([1, 2])
  expect(site.broker.counters()).toMatchObject({ connected: 0, ended: { 'broker-closed': 3 } })
  const [refusal] = await once(connectTcp(port, '127.0.0.1'), 'error')
  expect(refusal).toMatchObject({ code: 'ECONNREFUSED' })
})

it('writes no password into the log', async () => {
  await using site = await startSite()
  await site.lockClient(1)
  await expect(connectLock(site.broker.port, lock(2), { password: passwordOf(lock(1)) })).rejects.toThrow()
  await expect(connectLock(site.broker.port, lock(9))).rejects.toThrow()
  expect(site.lines).not.toEqual([])
  expect(JSON.stringify(site.lines)).not.toContain('password of')
})
