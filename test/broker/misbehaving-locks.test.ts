import { once } from 'node:events'
import { expect, it } from 'vitest'
import { FILTERS_MAX } from '#broker/wire/packet-flaw.ts'
import { lock, roundTrip, startSite, topicOf, until } from './broker-fixture.ts'
import { connectPacket, DISCONNECT, PINGREQ, publishPacket, subscribePacket } from './raw-mqtt.ts'

it('gives the gateway no more than a lock’s rate when it sends a thousand messages at once, and keeps the lock', async () => {
  await using site = await startSite()
  const received = site.gateway().received
  const [flooding, calm] = [await site.lockClient(1), await site.lockClient(2)]
  const sent = Array.from({ length: 1_000 }, (_, n) =>
    flooding.publishAsync(topicOf(1, 'event'), `flood ${n}`, { qos: 1 }),
  )
  await Promise.all(sent)
  await roundTrip(calm, 2, received)
  const { dropped, connected } = site.broker.counters()
  expect(connected).toBe(2)
  expect(received.length - 1 + dropped['over-rate']).toBe(1_000)
  expect(received.length).toBeLessThan(400)
  expect(site.lines.filter(({ message }) => message.includes('dropped'))).toHaveLength(1)
})

it('closes a lock that sends packets as fast as it can', async () => {
  await using site = await startSite({ packetsPerSecond: 500 })
  const flooding = await site.lockClient(1)
  flooding.stream.write(Buffer.concat(Array.from({ length: 10_000 }, () => PINGREQ)))
  await until(() => site.closedLocks.includes(lock(1)))
  expect(site.broker.counters().ended['packet-flood']).toBe(1)
  await roundTrip(await site.lockClient(2), 2, site.gateway().received)
})

it('closes a lock that floods QoS 2 without ever releasing, after a handful', async () => {
  await using site = await startSite()
  const received = site.gateway().received
  const flooding = await site.lockClient(1)
  const publish = (n: number) => publishPacket(topicOf(1, 'event'), 'x'.repeat(60), 2, n)
  flooding.stream.write(Buffer.concat(Array.from({ length: 1_000 }, (_, n) => publish(n + 1))))
  await until(() => site.closedLocks.includes(lock(1)))
  await roundTrip(await site.lockClient(2), 2, received)
  expect(received).toHaveLength(1)
})

it('stays calm when a lock asks for 10,000 subscriptions', async () => {
  await using site = await startSite({ packetsPerSecond: 20_000 })
  const greedy = await site.lockClient(1)
  const topics = Array.from({ length: 10_000 }, (_, n) => `latchkey/v1/haus-1/${n + 2}/command`)
  for (let at = 0; at < topics.length; at += FILTERS_MAX)
    await greedy.subscribeAsync(topics.slice(at, at + FILTERS_MAX), { qos: 1 }).catch(() => undefined)
  expect(site.broker.counters().refusedSubscriptions).toBe(10_000)
  expect(site.lines.filter(({ message }) => message.startsWith('subscription refused'))).toHaveLength(1)
  await roundTrip(await site.lockClient(2), 2, site.gateway().received)
})

it('closes a lock whose packet is larger than 4 KiB, by the first bytes of it', async () => {
  await using site = await startSite()
  const big = await site.lockClient(1)
  big.stream.write(Buffer.from([0x32, 0x80, 0x80, 0x40]))
  await until(() => site.closedLocks.includes(lock(1)))
  expect(site.broker.counters().ended['packet-too-large']).toBe(1)
})

it('closes a lock that stopped reading when the drain’s time is over, and the others go on', async () => {
  await using site = await startSite({ drainTimeoutMs: 200 })
  const [gateway, frozen, lively] = [site.gateway(), await site.tcp(), await site.lockClient(2)]
  const received = gateway.received
  // Nobody listens for data on this socket: it fills up, and then the kernel's buffers do.
  frozen.write(Buffer.concat([connectPacket(), subscribePacket(topicOf(1, 'command'), 1)]))
  await until(() => site.broker.counters().connected === 2)
  const payload = 'x'.repeat(3_000)
  while (!site.closedLocks.includes(lock(1))) {
    const burst = Array.from({ length: 50 }, () => gateway.deliver(1, payload))
    await Promise.all([...burst, new Promise((resolve) => setImmediate(resolve))])
  }
  expect(site.broker.counters().ended['drain-timeout']).toBe(1)
  await roundTrip(lively, 2, received)
})

it('closes a lock that fell silent after 1.5 times its keepalive', async () => {
  await using site = await startSite()
  const silent = await site.lockClient(1, { keepalive: 1, reschedulePings: false })
  silent.stream.write = () => true
  const startedMs = performance.now()
  await once(silent.stream, 'close')
  expect(performance.now() - startedMs).toBeGreaterThan(1_000)
  await until(() => site.closedLocks.includes(lock(1)))
})

it('hands on a lock’s last words when it goes in the same breath', async () => {
  await using site = await startSite()
  const received = site.gateway().received
  const leaving = await site.lockClient(1)
  leaving.stream.write(Buffer.concat([publishPacket(topicOf(1, 'ack'), 'opened', 1, 7), DISCONNECT]))
  await until(() => received.length === 1)
  expect(received).toEqual([{ topic: topicOf(1, 'ack'), text: 'opened' }])
})
