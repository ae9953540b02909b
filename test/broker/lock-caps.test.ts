import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import { networkOf } from '#broker/connections/network-of.ts'
import type { GatewayPort } from '#broker/gateway-port.ts'
import { FILTERS_MAX } from '#broker/wire/packet-flaw.ts'
import { lock, roundTrip, type Site, startSite, topicOf, until } from './broker-fixture.ts'
import { connectPacket, PINGREQ } from './raw-mqtt.ts'

const CONNACK_OK = Buffer.from([0x20, 2, 0, 0])

/** Sends so many messages over so many connections, one after the other. */
async function floodOver(site: Site, connections: number, messages: number): Promise<void> {
  for (let connection = 0; connection < connections; connection += 1) {
    const client = await site.lockClient(1)
    const sent = Array.from({ length: messages / connections }, (_, n) =>
      client.publishAsync(topicOf(1, 'event'), `flood ${connection} ${n}`, { qos: 1 }),
    )
    await Promise.all(sent)
    await client.endAsync()
  }
}

describe('the caps of a lock', () => {
  it('are those of the lock: fifteen connections give it no more than one', async () => {
    await using site = await startSite()
    const received = site.gateway().received
    await floodOver(site, 15, 3_000)
    await roundTrip(await site.lockClient(2), 2, received)
    const startedMs = performance.now()
    // Two hundred at once, a hundred more for each second that it took: far from fifteen times two hundred.
    expect(received.length).toBeLessThan(1_000 + (performance.now() - startedMs) / 10)
    expect(site.broker.counters().dropped['over-rate']).toBeGreaterThan(1_500)
  })

  it('hold for packets of any kind as well', async () => {
    await using site = await startSite({ packetsPerSecond: 100, connectsPerSecond: 1_000 })
    const ended: boolean[] = []
    for (let connection = 0; connection < 4; connection += 1) {
      const socket = await site.tcp()
      let answered = 0
      const answers = new Promise<void>((resolve) => {
        socket.on('data', (bytes: Buffer) => {
          answered += bytes.length
          if (answered >= CONNACK_OK.length + 2 * 120) resolve()
        })
      })
      const closed = once(socket, 'close')
      socket.write(connectPacket())
      await until(() => answered >= CONNACK_OK.length)
      // Alone, each connection would be within the burst of two hundred.
      socket.write(Buffer.concat(Array.from({ length: 120 }, () => PINGREQ)))
      ended.push(await Promise.race([closed.then(() => true), answers.then(() => false)]))
      socket.destroy()
      await closed
    }
    expect(ended.slice(0, 2)).toEqual([false, true])
    expect(site.broker.counters().ended['packet-flood']).toBeGreaterThan(0)
  })

  it('tell whoever judges conduct of what was thrown away, and of reconnects beyond a flapping network’s', async () => {
    const excess: number[] = []
    await using site = await startSite({}, { onLockExceeded: (_lockId, count) => excess.push(count) })
    for (let connects = 0; connects < 25; connects += 1) await (await site.lockClient(1)).endAsync()
    expect(excess.length).toBeGreaterThanOrEqual(3)
    const before = excess.length
    await floodOver(site, 1, 400)
    expect(excess.length - before).toBeGreaterThan(100)
  })

  it('tell of each subscription, of its end, and of messages in a form that is thrown away', async () => {
    let excess = 0
    const onLockExceeded = (_lockId: number, count: number) => {
      excess += count
    }
    await using site = await startSite({}, { onLockExceeded })
    const client = await site.lockClient(1)
    const told = async (what: () => Promise<unknown>): Promise<number> => {
      const before = excess
      await what()
      return excess - before
    }
    const topic = topicOf(1, 'command')
    expect(await told(() => client.subscribeAsync(topic, { qos: 1 }))).toBe(1)
    const foreign = Array.from({ length: FILTERS_MAX }, (_, n) => `foreign/${n}`)
    expect(await told(() => client.subscribeAsync(foreign, { qos: 1 }).catch(() => null))).toBe(FILTERS_MAX)
    expect(await told(() => client.unsubscribeAsync([topic, 'foreign/1']))).toBe(2)
    expect(await told(() => client.publishAsync(topicOf(1, 'event'), 'x', { qos: 2 }))).toBe(1)
    expect(await told(() => client.publishAsync(topicOf(1, 'event'), 'x', { qos: 1 }))).toBe(0)
  })

  it('end a connection that subscribes to more topics at once than any lock has', async () => {
    await using site = await startSite()
    const client = await site.lockClient(1)
    const closed = once(client.stream, 'close')
    const many = Array.from({ length: FILTERS_MAX + 1 }, (_, n) => `foreign/${n}`)
    client.subscribeAsync(many, { qos: 1 }).catch(() => {})
    await closed
    expect(site.broker.counters().ended['protocol-error']).toBe(1)
  })

  it('hold for the log: a lock that comes and goes without end has a line of each kind in ten seconds', async () => {
    await using site = await startSite()
    for (let connects = 0; connects < 15; connects += 1) await (await site.lockClient(1)).endAsync()
    await until(() => site.closedLocks.length === 15)
    expect(site.lines.filter(({ message }) => message === 'lock connected')).toHaveLength(1)
    expect(site.lines.filter(({ message }) => message === 'lock disconnected')).toHaveLength(1)
  })
})

/** Lock 1: its connection has ended, and it is not let in. */
async function cutOff(site: Site, port: GatewayPort, forMs: number): Promise<void> {
  const cut = await site.lockClient(1)
  const closed = once(cut.stream, 'close')
  port.cutOff(lock(1), forMs)
  await closed
  await expect(site.lockClient(1)).rejects.toThrow('Server unavailable')
}

describe('a lock that is cut off', () => {
  it('is let in at once with another password: the flood came from whoever had the one before', async () => {
    await using site = await startSite()
    await cutOff(site, site.gateway().port, 60_000)
    site.credentials.set(lock(1), hashLockPassword('another'))
    site.broker.disconnectLock(lock(1))
    const back = await site.lockClient(1, { password: 'another' })
    expect(back.connected).toBe(true)
  })

  it('loses its connection, is told that the broker is unavailable, and is let in when its time is over', async () => {
    await using site = await startSite()
    const { port } = site.gateway()
    await cutOff(site, port, 500)
    expect(site.broker.counters()).toMatchObject({ ended: { 'cut-off': 1 }, refused: { 'cut-off': 1 } })
    await roundTrip(await site.lockClient(2), 2, site.gateway().received)
    for (let let_in = false; !let_in; ) {
      let_in = await site.lockClient(1).then(
        () => true,
        () => false,
      )
    }
    expect(port.reaches(lock(1))).toBe(false)
  })
})

describe('while this process stands still', () => {
  it('no lock is ended that spoke meanwhile, and one that did not is ended after it', async () => {
    await using site = await startSite()
    const [spoke, silent] = [await site.tcp(), await site.tcp()]
    for (const [socket, name] of [
      [spoke, 'lock-1'],
      [silent, 'lock-2'],
    ] as const) {
      const password = `password of ${name.slice(5)}`
      socket.write(connectPacket({ keepaliveS: 1, clientId: name, userName: name, password }))
      const [answer] = await once(socket, 'data')
      expect(answer).toEqual(CONNACK_OK)
    }
    // In the kernel before the standstill, read after it.
    spoke.write(PINGREQ)
    const untilMs = performance.now() + 2_500
    while (performance.now() < untilMs);
    const pong = once(spoke, 'data')
    await once(silent, 'close')
    expect(await pong).toEqual([Buffer.from([0xd0, 0])])
    await until(() => site.closedLocks.length > 0)
    expect(site.closedLocks).toEqual([lock(2)])
    expect(site.broker.counters().ended['keepalive-timeout']).toBe(1)
  })
})

describe('an address’s share', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
