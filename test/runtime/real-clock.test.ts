import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { realClock } from '#runtime/real-clock.ts'

const standStillMs = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('what came while the process stood still is heard before a time limit ends: an ack in the socket is not silence', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not on a port')
  const lock = connect(address.port, '127.0.0.1')
  const [gateway] = await once(server, 'connection')
  try {
    const happened: string[] = []
    gateway.on('data', () => happened.push('ack'))
    const ended = new Promise<void>((resolve) => {
      realClock.startTimer(50, () => {
        happened.push('time limit')
        resolve()
      })
    })
    lock.write('ack')
    standStillMs(300)
    await ended
    expect(happened).toEqual(['ack', 'time limit'])
  } finally {
    lock.destroy()
    server.close()
  }
})

test('a time limit that was cancelled after the process stood still never ends', async () => {
  let ended = 0
  const cancel = realClock.startTimer(20, () => {
    ended += 1
  })
  standStillMs(200)
  // Its first timer has run, and it waits for what came meanwhile.
  await new Promise<void>((resolve) => realClock.startTimer(0, resolve))
  cancel()
  await new Promise<void>((resolve) => realClock.startTimer(300, resolve))
  expect(ended).toBe(0)
})
