import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { expect, it } from 'vitest'
import { startEmbeddedBroker } from '#broker/embedded-broker.ts'
import { connectLock, inbox, lock, passwordOf, roundTrip, SITE, startSite, topicOf, until } from './broker-fixture.ts'

it('carries a command to exactly one lock and its ack to the gateway', async () => {
  await using site = await startSite()
  const [gateway, lock1, lock2] = [await site.gateway(), await site.lockClient(1), await site.lockClient(2)]
  const [atGateway, at1, at2] = [inbox(gateway), inbox(lock1), inbox(lock2)]
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  await lock2.subscribeAsync(topicOf(2, 'command'), { qos: 1 })

  await gateway.publishAsync(topicOf(1, 'command'), 'open', { qos: 1 })
  await until(() => at1.length === 1)
  await lock1.publishAsync(topicOf(1, 'ack'), 'opened', { qos: 1 })
  await until(() => atGateway.length === 1)
  await roundTrip(lock2, 2, atGateway)

  expect(at1).toEqual([{ topic: topicOf(1, 'command'), text: 'open' }])
  expect(atGateway[0]).toEqual({ topic: topicOf(1, 'ack'), text: 'opened' })
  expect(at2).toEqual([])
})

it('loses none of a thousand commands, each published in one tick with its receipt', async () => {
  await using site = await startSite()
  const [gateway, lock1] = [await site.gateway(), await site.lockClient(1)]
  const received = inbox(lock1)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  const sent: string[] = []
  for (let n = 0; n < 1_000; n += 1) {
    const pair = [`command ${n}`, `receipt ${n}`]
    sent.push(...pair)
    await Promise.all(pair.map((text) => gateway.publishAsync(topicOf(1, 'command'), text, { qos: 1 })))
  }
  await until(() => received.length === sent.length)
  expect(received.map(({ text }) => text)).toEqual(sent)
})

it('throws away what a lock publishes with QoS 0, and loses no other lock’s ack over it', async () => {
  await using site = await startSite()
  const [gateway, lock1, lock2] = [await site.gateway(), await site.lockClient(1), await site.lockClient(2)]
  const received = inbox(gateway)
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
  const gateway = await site.gateway()
  const before = await site.lockClient(1, { clean: false })
  await before.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  await before.endAsync()
  await until(() => site.closedLocks.length === 1)
  await gateway.publishAsync(topicOf(1, 'command'), 'open, minutes ago', { qos: 1 })

  const lock1 = await site.lockClient(1, { clean: false })
  const received = inbox(lock1)
  await lock1.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
  await gateway.publishAsync(topicOf(1, 'command'), 'open, now', { qos: 1 })
  await until(() => received.length > 0)
  expect(received.map(({ text }) => text)).toEqual(['open, now'])
})

it('refuses a lock that subscribes to another lock’s commands, also after it came back', async () => {
  await using site = await startSite()
  const [gateway, lock2] = [await site.gateway(), await site.lockClient(2)]
  await lock2.subscribeAsync(topicOf(2, 'command'), { qos: 1 })
  for (const round of [1, 2]) {
    const thief = await site.lockClient(1, { clean: false })
    const stolen = inbox(thief)
    for (const filter of [topicOf(2, 'command'), 'latchkey/v1/haus-1/+/command', '#', '$SYS/#'])
      await expect(thief.subscribeAsync(filter, { qos: 1 })).rejects.toThrow(/Unspecified error|128/i)
    await thief.subscribeAsync(topicOf(1, 'command'), { qos: 1 })
    await gateway.publishAsync(topicOf(2, 'command'), 'open', { qos: 1 })
    await gateway.publishAsync(topicOf(1, 'command'), 'mark', { qos: 1 })
    await until(() => stolen.length > 0)
    expect(stolen.map(({ text }) => text)).toEqual(['mark'])
    await thief.endAsync()
    await until(() => site.closedLocks.length === round)
  }
  expect(site.broker.counters().refusedSubscriptions).toBe(8)
})

it.each([topicOf(2, 'ack'), topicOf(1, 'command'), '$SYS/anything', 'latchkey/v1/haus-1/1/a\0k', 'x'.repeat(3_000)])(
  'closes a lock that publishes to %j, and hands nothing on',
  async (topic) => {
    await using site = await startSite()
    const [gateway, bad, good] = [await site.gateway(), await site.lockClient(1), await site.lockClient(2)]
    const [atGateway, atGood] = [inbox(gateway), inbox(good)]
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
  const [gateway, lock1] = [await site.gateway(), await site.lockClient(1)]
  const received = inbox(gateway)
  for (let n = 0; n < 40; n += 1) {
    await lock1.publishAsync(topicOf(1, 'event'), 'retained', { qos: 1, retain: true })
    await lock1.publishAsync(topicOf(1, 'event'), 'twice', { qos: 2 })
  }
  await roundTrip(lock1, 1, received)
  expect(received).toHaveLength(1)
  expect(site.broker.counters()).toMatchObject({ connected: 1, dropped: { retained: 40, 'not-qos-1': 40 } })

  const late = await site.gateway()
  const atLate = inbox(late)
  await roundTrip(lock1, 1, atLate)
  expect(atLate).toHaveLength(1)
})

it('reports a lock offline by its will when its connection breaks, and stays silent when it says goodbye', async () => {
  await using site = await startSite()
  const received = inbox(await site.gateway())
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
  const late = inbox(await site.gateway())
  await roundTrip(await site.lockClient(2), 2, late)
  expect(late).toHaveLength(1)
})

it('lets three hundred locks reconnect at once', async () => {
  await using site = await startSite({}, { locks: 300 })
  const received = inbox(await site.gateway())
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

it('closes the gateway’s own connection when it publishes anything but a QoS 1 command', async () => {
  await using site = await startSite()
  for (const [topic, options] of [
    [topicOf(1, 'ack'), { qos: 1 }],
    [topicOf(1, 'command'), { qos: 0 }],
    [topicOf(1, 'command'), { qos: 1, retain: true }],
  ] as const) {
    const gateway = await site.gateway()
    const closed = new Promise<void>((resolve) => gateway.once('close', () => resolve()))
    gateway.publish(topic, 'mistake', options, () => undefined)
    await closed
  }
  expect(site.broker.counters().ended['gateway-mistake']).toBe(3)
})

it('rejects with EADDRINUSE when the port is taken, and leaves the one who has it alone', async () => {
  await using site = await startSite()
  const second = startEmbeddedBroker({
    site: SITE,
    host: '127.0.0.1',
    port: site.broker.port,
    credentials: { passwordHashOf: () => null },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    onLockClosed: () => undefined,
  })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await site.lockClient(1)
})

it('closes everything, tells each lock’s end, and frees the port', async () => {
  await using site = await startSite()
  const gateway = await site.gateway()
  const gatewayClosed = new Promise<void>((resolve) => gateway.once('close', () => resolve()))
  await site.lockClient(1)
  await site.lockClient(2)
  const stranger = await site.tcp()
  const { port } = site.broker
  await Promise.all([site.broker.close(), once(stranger, 'close'), gatewayClosed])
  expect(site.closedLocks.toSorted()).toEqual([1, 2])
  expect(site.broker.counters()).toMatchObject({ connected: 0, ended: { 'broker-closed': 4 } })
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
