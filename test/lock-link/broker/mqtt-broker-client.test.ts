import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { Clock } from '#domain/time/clock.ts'
import { connectBroker } from '#lock-link/broker/connect-broker.ts'
import { lockIdFromNumber, parseSiteId } from '#protocol/ids.ts'
import { realClock } from '#runtime/real-clock.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'

const [CONNECT, PUBLISH, SUBSCRIBE] = [1, 3, 8]

/** A broker that lets everybody in and never confirms a publication: what it was sent, it may be sent again. */
async function forgetfulBroker() {
  const sockets: Socket[] = []
  const published: string[] = []
  let connected = 0
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
        const kind = (bytes[at] ?? 0) >> 4
        const packet = bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0))
        if (kind === CONNECT) {
          connected += 1
          socket.write(Buffer.of(0x20, 2, 0, 0))
        } else if (kind === SUBSCRIBE) socket.write(Buffer.of(0x90, 5, packet[0] ?? 0, packet[1] ?? 0, 1, 1, 1))
        else if (kind === PUBLISH) published.push(packet.subarray(2 + packet.readUInt16BE(0) + 2).toString())
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    published,
    connections: () => connected,
    drop: () => sockets.at(-1)?.destroy(),
    /** A short publication with QoS 0, as one that the broker had kept or one that was just said. */
    tell: (topic: string, words: string, kept: boolean) => {
      const rest = Buffer.concat([Buffer.of(0, topic.length), Buffer.from(topic + words)])
      sockets.at(-1)?.write(Buffer.concat([Buffer.of(kept ? 0x31 : 0x30, rest.length), rest]))
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const say = () => {}
type Heard = Parameters<typeof connectBroker>[2]['onMessage']
const connectedTo = (url: string, onMessage: Heard = say, clock: Clock = realClock) =>
  connectBroker(
    must(parseSiteId('haus-1')),
    { kind: 'external', url, userName: 'gateway', password: 'x' },
    { onReady: say, onGone: say, onMessage },
    { clock, log: { info: say, warn: say, error: say } },
  )

test('a command that has lost its meaning is not sent again when the broker comes back, and one that has not is', async () => {
  using broker = await forgetfulBroker()
  const client = connectedTo(broker.url)
  try {
    await until('connected', () => client.ready)
    const lockId = must(lockIdFromNumber(7))
    expect(client.publish(lockId, 'short-lived', { forMs: 100, isOpen: false })).toBe(true)
    expect(client.publish(lockId, 'long-lived', { forMs: 60_000, isOpen: false })).toBe(true)
    await until('both were published', () => broker.published.length === 2)
    broker.drop()
    await until('the connection is gone', () => !client.ready)
    expect(client.publish(lockId, 'while nobody was there', { forMs: 60_000, isOpen: false })).toBe(false)
    // It tries again after a second.
    await until('it came back', () => broker.connections() === 2 && broker.published.length > 2)
    expect(broker.published).toEqual(['short-lived', 'long-lived', 'long-lived'])
  } finally {
    await client.close()
  }
})

test('a command that loses its meaning while the one before it is sent again is not sent after it', async () => {
  using broker = await forgetfulBroker()
  const client = connectedTo(broker.url)
  try {
    await until('connected', () => client.ready)
    client.publish(must(lockIdFromNumber(7)), 'first', { forMs: 2_000, isOpen: false })
    client.publish(must(lockIdFromNumber(8)), 'second', { forMs: 1_500, isOpen: false })
    await until('both were published', () => broker.published.length === 2)
    broker.drop()
    await until('it came back', () => broker.published.length === 3)
    await until('nothing is left to be sent again', () => client.ready)
    expect(broker.published).toEqual(['first', 'second', 'first'])
  } finally {
    await client.close()
  }
})

test('a command that loses its meaning after the end of the gateway’s client disturbs nobody', async () => {
  using broker = await forgetfulBroker()
  const clock = new ManualClock()
  const client = connectedTo(broker.url, say, clock)
  await until('connected', () => client.ready)
  client.publish(must(lockIdFromNumber(7)), 'short-lived', { forMs: 100, isOpen: false })
  await until('it was published', () => broker.published.length === 1)
  await client.close()
  await expect(clock.passMs(100)).resolves.toBeUndefined()
})

test('what a broker had kept is told apart from what a lock just said', async () => {
  using broker = await forgetfulBroker()
  const heard: string[] = []
  const client = connectedTo(broker.url, (topic, payload, retained) => heard.push(`${topic} ${payload} ${retained}`))
  try {
    await until('connected', () => client.ready)
    broker.tell('t', 'old', true)
    broker.tell('t', 'new', false)
    await until('both were heard', () => heard.length === 2)
    expect(heard).toEqual(['t old true', 't new false'])
  } finally {
    await client.close()
  }
})
