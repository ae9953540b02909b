import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { networkOf } from '#http/requests/network-of.ts'
import { frontApp } from '#test/http/support/front-app.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'

const REQUEST = 'GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'

let app: FastifyInstance
let port: number
let answerSlow = () => {}
let slowAsked = 0
const sockets: Socket[] = []
beforeEach(async () => {
  app = frontApp({ connectionsMax: 20, lingerMaxMs: 1_000 }).app
  slowAsked = 0
  app.get('/quick', async () => 'quick')
  app.get('/gone', (_request, reply) => reply.callNotFound())
  app.get('/slow', () => {
    slowAsked += 1
    return new Promise((resolve) => {
      const before = answerSlow
      answerSlow = () => {
        before()
        resolve('slow')
      }
    })
  })
  port = await listen(app)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  answerSlow()
  await app.close()
})

async function hold(host = '127.0.0.1', localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, localAddress })
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
const slow = async () => {
  const socket = await hold()
  socket.write('GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  return socket
}

describe('who only holds connections open', () => {
  test('shuts out nobody: the longest idle one makes room for a guest', async () => {
    const first = await hold()
    const closed = once(first, 'close')
    for (let held = 1; held < 60; held += 1) await hold()
    expect(await sendRaw(port, REQUEST)).toMatchObject({ status: 200, body: 'quick' })
    await closed
  })

  test('shuts out nobody by what a route could not find', async () => {
    const holders = await Promise.all(Array.from({ length: 20 }, () => hold()))
    const answers = holders.map((socket) => once(socket, 'data'))
    for (const socket of holders) socket.write('GET /gone HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    for (const [answer] of await Promise.all(answers)) expect(String(answer)).toContain('404')
    expect(await sendRaw(port, REQUEST)).toMatchObject({ status: 200, body: 'quick' })
  })

  test('loses his own before anybody else does', async () => {
    const guest = await hold('127.0.0.1', '127.0.0.2')
    for (let held = 0; held < 40; held += 1) await hold()
    guest.write(REQUEST)
    const [answer] = await once(guest, 'data')
    expect(String(answer)).toContain('quick')
  })

  test('never ends a connection on which an answer is awaited', async () => {
    const waiting = await slow()
    for (let held = 0; held < 40; held += 1) await hold()
    answerSlow()
    const [answer] = await once(waiting, 'data')
    expect(String(answer)).toContain('slow')
  })
})

describe('one network', () => {
  const logged: string[] = []
  const start = async (options: Parameters<typeof frontApp>[0]) => {
    await app.close()
    logged.length = 0
    const log = pino({}, { write: (line) => logged.push(line) })
    app = frontApp({ connectionsMax: 20, ofNetworkMax: 5, log, lingerMaxMs: 1_000, ...options }).app
    app.get('/quick', async () => 'quick')
    app.get('/slow', () => {
      slowAsked += 1
      return new Promise(() => {})
    })
    port = await listen(app)
  }
  const asSlow = async (localAddress: string) => {
    const socket = await hold('127.0.0.1', localAddress)
    socket.write('GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    return socket
  }
  const isAnswered = async (localAddress: string) => {
    const socket = await hold('127.0.0.1', localAddress)
    const answer = once(socket, 'data').then(
      ([bytes]) => String(bytes).includes('quick'),
      () => false,
    )
    const closed = once(socket, 'close').then(() => false)
    socket.write(REQUEST)
    return await Promise.race([answer, closed])
  }

  test('that holds its share makes room itself, by what it has left idle longest', async () => {
    await start({})
    const first = await hold('127.0.0.1', '127.0.0.2')
    const closed = once(first, 'close')
    for (let held = 1; held < 5; held += 1) await hold('127.0.0.1', '127.0.0.2')
    expect(await isAnswered('127.0.0.2')).toBe(true)
    await closed
    expect(logged).toEqual([])
  })

  test('whose whole share is at work shuts out nobody but its own newcomers, and the log says so once', async () => {
    await start({})
    for (let held = 0; held < 30; held += 1) await asSlow('127.0.0.2')
    await expect.poll(() => slowAsked).toBe(5)
    expect(await isAnswered('127.0.0.2')).toBe(false)
    expect(await isAnswered('127.0.0.3')).toBe(true)
    expect(logged.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ level: 40, full: 'network' })])
  })

  test('has no share when a trusted proxy speaks for many', async () => {
    await start({ trustedProxies: ['127.0.0.2/32'] })
    for (let held = 0; held < 10; held += 1) await asSlow('127.0.0.2')
    await expect.poll(() => slowAsked).toBe(10)
    expect(await isAnswered('127.0.0.2')).toBe(true)
  })
})

describe('over TLS', () => {
  let secure: FastifyInstance
  let securePort: number
  let answer = () => {}
  let asked = Promise.resolve()
  beforeEach(async () => {
    secure = frontApp({ connectionsMax: 20, tls: testCertificate() }).app
    asked = new Promise((resolve) => {
      secure.get('/slow', () => {
        resolve()
        return new Promise((done) => {
          answer = () => done('slow')
        })
      })
    })
    securePort = await listen(secure)
  })
  afterEach(() => secure.close())

  const waiting = async () => {
    const socket = tlsConnect({ port: securePort, host: '127.0.0.1', rejectUnauthorized: false })
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write('GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    await asked
    return socket
  }
  const textOf = async (socket: Socket) => {
    let text = ''
    for await (const part of socket) text += String(part)
    return text
  }

  test('a connection on which an answer is awaited stays, whoever else comes', async () => {
    const socket = await waiting()
    for (let held = 0; held < 40; held += 1) {
      const idle = connect({ port: securePort, host: '127.0.0.1' })
      sockets.push(idle)
      idle.on('error', () => {})
      await once(idle, 'connect')
    }
    answer()
    const [part] = await once(socket, 'data')
    expect(String(part)).toContain('200 OK')
  })

  test('nonsense behind a request that is at work takes nothing of its answer', async () => {
    const socket = await waiting()
    socket.write('nonsense\r\n\r\n')
    setImmediate(() => answer())
    const text = await textOf(socket)
    expect(text).toContain('200 OK')
    expect(text).not.toContain('400')
  })

  test('an end in order waits for the answer', async () => {
    const socket = await waiting()
    const closed = secure.close()
    setImmediate(() => answer())
    expect(await textOf(socket)).toContain('200 OK')
    await closed
  })
})

test('when everybody is waiting for an answer, the newcomer is the one who has to wait', async () => {
  for (let held = 0; held < 20; held += 1) await slow()
  while (slowAsked < 20) await new Promise((resolve) => setImmediate(resolve))
  const newcomer = await hold()
  await once(newcomer, 'close')
  expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([newcomer])
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  [undefined, null],
])('%s is held by %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('an app that never listened keeps no process when it is closed: a command ends at once', async () => {
  const unheard = frontApp({ lingerMaxMs: 15_000 }).app
  await unheard.ready()
  const timers = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length
  const before = timers()
  await unheard.close()
  expect(timers()).toBeLessThanOrEqual(before)
})
