import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connectAsync } from 'mqtt'
import { expect, it } from 'vitest'
import { roundTrip, type Site, startSite, topicOf, until } from './broker-fixture.ts'
import { type Connect, connectPacket, framed } from './raw-mqtt.ts'

/** What the broker answered before it closed. */
async function answerTo(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks)
}

/** Whatever happened to others, lock 3 speaks and the gateway hears it. */
async function expectCalm(site: Site): Promise<void> {
  const received = site.gateway().received
  await roundTrip(await site.lockClient(3), 3, received)
  expect(site.lines.filter(({ level }) => level === 'error')).toEqual([])
}

it('takes the very CONNECT these tests vary', async () => {
  await using site = await startSite()
  const socket = await site.tcp()
  socket.write(connectPacket())
  const [connack] = await once(socket, 'data')
  expect(connack).toEqual(Buffer.from([0x20, 2, 0, 0]))
})

it.each<[string, number, Connect]>([
  ['wrong-password', 4, { password: 'guessed' }],
  ['unknown-lock', 4, { clientId: 'lock-99', userName: 'lock-99' }],
  ['client-name', 2, { clientId: 'lock-2' }],
  ['client-name', 2, { clientId: '' }],
  ['client-name', 2, { clientId: 'gateway', userName: 'gateway' }],
  ['keepalive', 6, { keepaliveS: 0 }],
  ['keepalive', 6, { keepaliveS: 65_535 }],
  ['protocol-version', 1, { version: 3 }],
  ['protocol-version', 1, { version: 99 }],
  // A bridge of another broker.
  ['protocol-version', 1, { version: 0x84 }],
])('refuses a %s with CONNACK %i: %j', async (reason, code, difference) => {
  await using site = await startSite()
  const answer = await answerTo(await site.tcp(), connectPacket(difference))
  expect(answer).toEqual(Buffer.from([0x20, 2, 0, code]))
  const { refused, accepted } = site.broker.counters()
  expect(accepted).toBe(0)
  expect(refused).toMatchObject({ [reason]: 1 })
  expect(Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(1)
})

it('refuses MQTT 5 with the code that says so', async () => {
  await using site = await startSite()
  await expect(site.lockClient(1, { protocolVersion: 5 })).rejects.toThrow('Unacceptable protocol version')
  expect(site.broker.counters().refused['protocol-version']).toBe(1)
})

it('refuses a client without a name or password', async () => {
  await using site = await startSite()
  const anonymous = connectAsync({
    port: site.broker.port,
    host: '127.0.0.1',
    clientId: 'lock-1',
    reconnectPeriod: 0,
    protocolVersion: 4,
  })
  await expect(anonymous).rejects.toThrow('Not authorized')
  expect(site.broker.counters().refused.anonymous).toBe(1)
})

it.each([
  { topic: topicOf(2, 'presence'), payload: Buffer.from('offline') },
  { topic: topicOf(1, 'presence'), payload: Buffer.from('online') },
  { topic: topicOf(1, 'command'), payload: Buffer.from('offline') },
])('refuses a lock whose will says anything but that this lock is offline: $topic', async (will) => {
  await using site = await startSite()
  await expect(site.lockClient(1, { will: { ...will, qos: 1, retain: false } })).rejects.toThrow('Not authorized')
  expect(site.broker.counters().refused.will).toBe(1)
})

it('lets no stranger evict a lock by bringing its client id', async () => {
  await using site = await startSite()
  const lock1 = await site.lockClient(1)
  await expect(site.lockClient(2, { clientId: 'lock-1' })).rejects.toThrow('Identifier rejected')
  await expect(site.lockClient(1, { password: 'guessed' })).rejects.toThrow('Bad username or password')
  await roundTrip(lock1, 1, site.gateway().received)
  expect(site.broker.counters()).toMatchObject({ connected: 1, takeovers: 0 })
})

it.each([
  ['announced', framed(0x10, Buffer.alloc(1_100)).subarray(0, 8)],
  ['as large as 65,535-byte names make it', connectPacket({ clientId: Buffer.alloc(65_535, 'a') })],
  ['of 200 MB', Buffer.from([0x10, 0x80, 0x80, 0xaf, 0x5f])],
])('closes on a CONNECT that is too large, %s, before keeping a byte of it', async (_how, bytes) => {
  await using site = await startSite()
  expect(await answerTo(await site.tcp(), bytes)).toEqual(Buffer.alloc(0))
  expect(site.broker.counters().refused['packet-too-large']).toBe(1)
  await expectCalm(site)
})

it('closes whoever speaks something else than MQTT', async () => {
  await using site = await startSite()
  await answerTo(await site.tcp(), Buffer.from('GET / HTTP/1.1\r\nHost: lock\r\n\r\n'))
  await answerTo(await site.tcp(), Buffer.concat([framed(0x10, Buffer.from('rubbish'))]))
  expect(site.broker.counters().refused).toMatchObject({ 'not-mqtt': 1, 'protocol-error': 1 })
  await expectCalm(site)
})

it('closes a stranger who says nothing, or half a CONNECT, when the handshake’s time is over', async () => {
  await using site = await startSite({ handshakeTimeoutMs: 60 })
  const [silent, slow] = [await site.tcp(), await site.tcp()]
  await Promise.all([answerTo(silent, Buffer.alloc(0)), answerTo(slow, connectPacket().subarray(0, 20))])
  expect(site.broker.counters().refused['handshake-timeout']).toBe(2)
})

it('accepts a CONNECT that arrives byte by byte', async () => {
  await using site = await startSite()
  const socket = await site.tcp()
  const connack = once(socket, 'data')
  for (const byte of connectPacket()) await new Promise((sent) => socket.write(Buffer.from([byte]), sent))
  expect((await connack)[0]).toEqual(Buffer.from([0x20, 2, 0, 0]))
})

it('takes no more connections than it may, and takes the next when one has gone', async () => {
  await using site = await startSite({ maxConnections: 2 })
  const first = await site.tcp()
  await site.lockClient(1)
  await once(await site.tcp(), 'close')
  expect(site.broker.counters().refused['connections-full']).toBe(1)
  const gone = once(first, 'close')
  first.destroy()
  await gone
  await until(() => site.broker.counters().connected === 1)
  await expect
    .poll(
      () =>
        site.lockClient(2).then(
          () => 'connected',
          () => 'refused',
        ),
      { timeout: 5_000 },
    )
    .toBe('connected')
})

it('stays calm when a hundred strangers guess passwords at once, and logs it in one line', async () => {
  await using site = await startSite()
  const lock3 = await site.lockClient(3)
  const tries = Array.from({ length: 100 }, () => site.lockClient(1, { password: 'guessed' }))
  const results = await Promise.allSettled(tries)
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(100)
  expect(site.broker.counters().refused['wrong-password']).toBe(100)
  expect(site.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  await roundTrip(lock3, 3, site.gateway().received)
})

it('answers a lock whose credential can’t be looked up with "server unavailable", and lives on', async () => {
  const credentials = {
    passwordHashOf: () => {
      throw new Error('disk I/O error')
    },
  }
  await using site = await startSite({}, { credentials })
  await expect(site.lockClient(1)).rejects.toThrow('Server unavailable')
  expect(site.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
})
