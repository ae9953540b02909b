import { once } from 'node:events'
import { expect, it } from 'vitest'
import { given, lock, roundTrip, startSite, topicOf, until } from './broker-fixture.ts'
import { connectPacket, subscribePacket } from './raw-mqtt.ts'

it('lets a lock’s newest connection take over without ever calling that lock offline', async () => {
  await using site = await startSite()
  const received = site.gateway().received
  const will = { topic: topicOf(1, 'presence'), payload: Buffer.from('offline'), qos: 1 as const, retain: false }
  const first = await site.lockClient(1, { will })
  const firstClosed = new Promise<void>((resolve) => first.once('close', () => resolve()))
  const second = await site.lockClient(1, { will })
  await firstClosed
  await roundTrip(second, 1, received)
  expect(received).toHaveLength(1)
  expect(site.closedLocks).toEqual([])

  second.stream.destroy()
  await until(() => site.closedLocks.length === 1 && received.length === 2)
  expect(received[1]?.text).toBe('offline')
  expect(site.broker.counters()).toMatchObject({ connected: 0, accepted: 2, takeovers: 1, contested: 0 })
})

it('detects two clients that fight over one id, and tells from where, and each takeover once', async () => {
  await using site = await startSite()
  for (let turn = 0; turn < 8; turn += 1) await site.lockClient(1)
  const { takeovers, contested } = site.broker.counters()
  expect({ takeovers, contested }).toEqual({ takeovers: 7, contested: 5 })
  const [from, to] = ['127.0.0.1', '127.0.0.1']
  expect(site.contested).toEqual(
    [3, 1, 1, 1, 1].map((times) => ({ lockId: 1, contest: { takeovers: times, from, to } })),
  )
  expect(site.closedLocks).toEqual([])
})

it('takes no lock for contested that comes back while its old connection is half dead, nor one that is refused', async () => {
  await using site = await startSite()
  for (let turn = 0; turn < 3; turn += 1) await site.lockClient(1)
  for (let turn = 0; turn < 8; turn += 1) {
    await expect(site.lockClient(2, { password: 'wrong' })).rejects.toThrow()
    const left = await site.lockClient(2)
    await left.endAsync(true)
    await until(() => site.closedLocks.length === turn + 1)
  }
  expect(site.broker.counters()).toMatchObject({ takeovers: 2, contested: 0 })
  expect(site.contested).toEqual([])
})

it('keeps exactly one connection of a lock that connects fifty times at once, and reports its end once', async () => {
  await using site = await startSite()
  const gateway = site.gateway()
  const sockets = await Promise.all(Array.from({ length: 50 }, () => site.tcp()))
  for (const socket of sockets) {
    socket.resume()
    socket.write(Buffer.concat([connectPacket(), subscribePacket(topicOf(1, 'command'), 1)]))
  }
  await until(() => sockets.filter((socket) => socket.destroyed).length === 49)
  await until(() => site.broker.counters().connected === 1)
  const left = sockets.filter((socket) => !socket.destroyed)
  const heard = once(given(left[0]), 'data')
  await until(() => gateway.deliver(1, 'open'))
  await heard
  expect(site.closedLocks).toEqual([])

  site.broker.disconnectLock(lock(1))
  await until(() => site.closedLocks.length > 0)
  await roundTrip(await site.lockClient(2), 2, gateway.received)
  expect(site.closedLocks).toEqual([1])
})
