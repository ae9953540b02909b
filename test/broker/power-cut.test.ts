import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { lockUserName, OFFLINE_WILL } from '#protocol/topics.ts'
import { lock, passwordOf, roundTrip, type Site, startSite, topicOf, until } from './broker-fixture.ts'
import { connectPacket, subscribePacket } from './raw-mqtt.ts'

const LOCKS = 2_500

/** A site with all its locks connected but the first, each as it would be: subscribed, and with a will. */
async function connectLocks(site: Site): Promise<Socket[]> {
  const { port } = site.broker
  const sockets: Socket[] = []
  for (let from = 2; from <= LOCKS; from += 250) {
    const some = Array.from({ length: Math.min(250, LOCKS + 1 - from) }, async (_, n) => {
      const id = lock(from + n)
      const socket = connect({ host: '127.0.0.1', port })
      socket.on('error', () => undefined)
      const will = { topic: topicOf(from + n, 'presence'), payload: OFFLINE_WILL }
      const names = { clientId: lockUserName(id), userName: lockUserName(id) }
      socket.write(connectPacket({ ...names, password: passwordOf(id), will }))
      await once(socket, 'data')
      socket.write(subscribePacket(topicOf(from + n, 'command'), 1))
      await once(socket, 'data')
      return socket
    })
    sockets.push(...(await Promise.all(some)))
  }
  expect(site.broker.counters().connected).toBe(LOCKS - 1)
  return sockets
}

it('outlives the moment when thousands of locks lose their power at once', async () => {
  await using site = await startSite({}, { locks: LOCKS })
  const received = site.gateway().received
  // In one turn, as when a switch goes dark.
  for (const socket of await connectLocks(site)) socket.resetAndDestroy()
  await until(() => received.filter(({ text }) => text === OFFLINE_WILL).length === LOCKS - 1)
  await roundTrip(await site.lockClient(1), 1, received)
}, 60_000)

it('closes while thousands of locks lose their power', async () => {
  await using site = await startSite({}, { locks: LOCKS })
  const gateway = site.gateway()
  for (const socket of await connectLocks(site)) socket.resetAndDestroy()
  await until(() => site.closedLocks.length > 0)
  gateway.close()
  await site.broker.close()
  expect(site.broker.counters().connected).toBe(0)
}, 60_000)
