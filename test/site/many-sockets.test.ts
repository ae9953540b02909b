import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listen } from '#site/listening.ts'
import { frontApp } from '#test/http/support/front-app.ts'

// A machine's own names have one address or two, as its system likes.
vi.mock('node:dns/promises', () => ({
  lookup: async () => ['192.0.2.1', '127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 })),
}))

const CROWD = 200

let app: FastifyInstance
const sockets: Socket[] = []
beforeEach(() => {
  app = frontApp().app
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await app.close()
})

async function come(url: string, words = ''): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (words !== '') socket.write(words)
  return socket
}

describe.skipIf(process.platform !== 'linux')('a port', () => {
  test('takes many newcomers in each turn of the loop: nobody stands behind a whole crowd', async () => {
    const url = await listen(app, '127.0.0.1', 0, 'http')
    let came = 0
    app.server.on('connection', () => {
      came += 1
    })
    const { hostname, port } = new URL(url)
    for (let comer = 0; comer < CROWD; comer += 1) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      sockets.push(socket)
    }
    let mostInOneTurn = 0
    while (came < CROWD) {
      const before = came
      await new Promise((resolve) => setImmediate(resolve))
      mostInOneTurn = Math.max(mostInOneTurn, came - before)
    }
    expect(mostInOneTurn).toBeGreaterThan(8)
  })

  test('closes once everybody has his answer, whichever of its sockets he came by', async () => {
    let answer = () => {}
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve
    })
    let asked = 0
    app.get('/slow', async () => {
      asked += 1
      await mayAnswer
      return 'slow'
    })
    const url = await listen(app, '127.0.0.1', 0, 'http')
    const waiting = await Promise.all(
      Array.from({ length: 64 }, () => come(url, 'GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')),
    )
    await expect.poll(() => asked).toBe(64)
    let isClosed = false
    const closed = app.close().then(() => {
      isClosed = true
    })
    await expect.poll(() => app.server.listening).toBe(false)
    expect(isClosed).toBe(false)
    const answers = waiting.map((socket) => once(socket, 'data'))
    answer()
    for (const [bytes] of await Promise.all(answers)) expect(String(bytes)).toContain('200 OK')
    for (const socket of waiting) socket.destroy()
    await closed
  })

  test('of a name is listened on at each of its addresses that this machine has', async () => {
    await listen(app, 'twofold.test', 0, 'http')
    const listening = [app.server, ...app.otherSockets].map((server) => server.address())
    const heard = listening.map((bound) => (typeof bound === 'object' ? bound?.address : null))
    expect(new Set(heard)).toEqual(new Set(['127.0.0.1', '127.0.0.2']))
    expect(heard).toHaveLength(32)
    const ports = listening.map((bound) => (typeof bound === 'object' ? bound?.port : null))
    expect(new Set(ports).size).toBe(1)
  })

  test('goes on when one of its sockets reports a fault', async () => {
    const url = await listen(app, '127.0.0.1', 0, 'http')
    for (const server of [app.server, ...app.otherSockets]) server.emit('error', new Error('too many open files'))
    await come(url)
  })

  test('that another gateway listens on is told as one in use', async () => {
    const url = await listen(app, '127.0.0.1', 0, 'http')
    const second = frontApp().app
    await expect(listen(second, '127.0.0.1', Number(new URL(url).port), 'http')).rejects.toThrow(/is in use/)
    await second.close()
  })

  test('can be listened on again as soon as its gateway has closed', async () => {
    const url = await listen(app, '127.0.0.1', 0, 'http')
    await come(url)
    await app.close()
    app = frontApp().app
    expect(await listen(app, '127.0.0.1', Number(new URL(url).port), 'http')).toBe(url)
  })
})
