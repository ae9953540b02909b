import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { callHttp } from '#notify/http-call.ts'
import { type HttpReceiver, sendByHttp } from '#notify/http-sender.ts'
import { signingKeyOf } from '#notify/signature.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'
import { must } from '#test/support/must.ts'
import { aMessage, NEVER } from './support/messages.ts'
import { ReceivingServer } from './support/receiving-server.ts'
import { SayingServer } from './support/saying-server.ts'

const NOW_MS = Date.UTC(2026, 10, 28, 11, 10, 5)
const SECRET = 'a-secret-of-enough-characters'

const receiverAt = (url: URL, difference: Partial<HttpReceiver> = {}): HttpReceiver => ({
  ...{ format: 'json', url, headers: {}, bearerToken: null, signingKey: null, ca: null },
  ...difference,
})
const get = (url: URL, withinMs?: number) =>
  callHttp({ url, method: 'GET', headers: {}, body: null, ca: null, ending: NEVER }, withinMs)

/** As docs/alarms.md says how to. */
function signatureByOpenssl(id: string, timestamp: string, body: Buffer): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-signature-'))
  const file = path.join(folder, 'signed')
  writeFileSync(file, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]))
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', SECRET, '-binary', file])
  rmSync(folder, { recursive: true })
  return `v1,${digest.toString('base64')}`
}

test('a message is signed over its exact bytes with its time, as OpenSSL says too, and keeps its id in a repeat', async () => {
  await using server = await ReceivingServer.start()
  const message = aMessage({ title: 'Tür „Süd“ ist weg' })
  const receiver = receiverAt(server.url('/hook?a=1'), {
    signingKey: must(signingKeyOf(SECRET)),
    bearerToken: 'the-token',
    headers: { 'X-Site': 'north' },
  })
  for (const nowMs of [NOW_MS, NOW_MS + 60_000]) {
    expect(await sendByHttp(receiver, message, { nowMs, ending: NEVER })).toEqual({ kind: 'delivered' })
  }
  const [first, second] = server.received
  expect(first).toMatchObject({
    ...{ method: 'POST', path: '/hook?a=1' },
    headers: {
      ...{ authorization: 'Bearer the-token', 'x-site': 'north', 'content-type': 'application/json' },
      connection: 'close',
      ...{ 'idempotency-key': message.id, 'webhook-id': message.id, 'webhook-timestamp': String(NOW_MS / 1_000) },
    },
  })
  for (const received of [must(first), must(second)]) {
    const timestamp = String(received.headers['webhook-timestamp'])
    expect(received.headers['webhook-signature']).toBe(signatureByOpenssl(message.id, timestamp, received.body))
  }
  expect(second?.body.equals(must(first).body)).toBe(true)
  expect(second?.headers['idempotency-key']).toBe(message.id)
})

test('a secret as Standard Webhooks has it is the base64 after its prefix, and a short one is refused', () => {
  const bytes = Buffer.alloc(24, 7)
  expect(signingKeyOf(`whsec_${bytes.toString('base64')}`)).toEqual(bytes)
  expect(signingKeyOf(SECRET)).toEqual(Buffer.from(SECRET))
  expect(signingKeyOf('fifteen-letters')).toBeNull()
  expect(signingKeyOf('whsec_AAAA')).toBeNull()
})

test('ntfy gets JSON at the root of its server, with the topic of the URL in it', async () => {
  await using server = await ReceivingServer.start()
  await sendByHttp(receiverAt(server.url('/doors-of-north'), { format: 'ntfy' }), aMessage(), {
    nowMs: NOW_MS,
    ending: NEVER,
  })
  expect(server.received[0]).toMatchObject({ path: '/' })
  expect(JSON.parse(must(server.bodies[0]))).toMatchObject({ topic: 'doors-of-north' })
})

test.each([
  [301, /301, and leads elsewhere/],
  [307, /307, and leads elsewhere/],
  [400, /400: does it take this format/],
  [401, /401: are token, secret and URL still right/],
  [404, /404: is the URL still right/],
  [429, /429: it gets too much/],
  [500, /500: look what is wrong with it/],
])('an answer of %i is a failure that says what to do, and no redirect is followed', async (status, says) => {
  await using elsewhere = await ReceivingServer.start()
  await using server = await ReceivingServer.start()
  server.answer = (_request, response) => {
    response.writeHead(status, { location: elsewhere.url('/secret').href }).end('the-token is wrong')
  }
  const receiver = receiverAt(server.url('/T0K3N'), { bearerToken: 'the-token' })
  const result = await sendByHttp(receiver, aMessage(), { nowMs: NOW_MS, ending: NEVER })
  expect(result).toEqual({ kind: 'failed', cause: expect.stringMatching(says) })
  expect(JSON.stringify(result)).not.toMatch(/T0K3N|the-token/)
  expect(elsewhere.received).toHaveLength(0)
})

test('an answer without an end counts by its status, and is not read for long', async () => {
  await using server = await ReceivingServer.start()
  let closed = false
  let written = 0
  server.answer = (_request, response) => {
    response.on('close', () => {
      closed = true
    })
    const more = (): void => {
      written += 65_536
      if (!response.destroyed) response.write('x'.repeat(65_536), more)
    }
    more()
  }
  expect(await get(server.url())).toEqual({ kind: 'answered', status: 200 })
  await expect.poll(() => closed).toBe(true)
  // What lies in buffers on the way is not read.
  expect(written).toBeLessThan(32_000_000)
})

test.each([
  ['says nothing', ''],
  ['says its answer one letter at a time', 'HTTP/1.1 200 OK\r\nX-Slow: '],
])('a receiver that %s is given up in time', async (_, beginning) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write(beginning)
    const timer = setInterval(() => beginning !== '' && socket.write('a'), 20)
    socket.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  expect(await get(new URL(`http://127.0.0.1:${port}/`), 300)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/^no answer came in time/),
  })
  server.close()
})

test.each([
  ['switches to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['ends without an answer', 'HTTP/1.1 200 OK\r\nX-Half: '],
  ['announces an answer and ends', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['answers with a head that is too large', `HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['answers something else', 'SSH-2.0-OpenSSH_9.9\r\n'],
])('a receiver that %s has got nothing, and nobody waits for it for ever', async (_, said) => {
  await using server = await SayingServer.start(said)
  expect(await get(new URL(`http://127.0.0.1:${server.port}/`))).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/^(the connection was broken off|it failed [(]HPE_)/),
  })
})

test('a receiver that takes the connection and begins no TLS is given up in time', async () => {
  await using server = await SayingServer.start(() => {})
  expect(await get(new URL(`https://127.0.0.1:${server.port}/`), 300)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/^no answer came in time/),
  })
})

test('a request is broken off when the gateway ends', async () => {
  await using server = await SayingServer.start(() => {})
  const gateway = new AbortController()
  const url = new URL(`http://127.0.0.1:${server.port}/`)
  const call = callHttp({ url, method: 'GET', headers: {}, body: null, ca: null, ending: gateway.signal })
  gateway.abort()
  const beganMs = performance.now()
  expect(await call).toMatchObject({ kind: 'failed' })
  expect(performance.now() - beganMs).toBeLessThan(5_000)
})

test('a body that comes one letter at a time is left after a second', async () => {
  let closed = false
  await using server = await SayingServer.start((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
    const timer = setInterval(() => socket.write('x'), 50)
    socket.on('close', () => {
      clearInterval(timer)
      closed = true
    })
  })
  expect(await get(new URL(`http://127.0.0.1:${server.port}/`))).toEqual({ kind: 'answered', status: 200 })
  await expect.poll(() => closed, { timeout: 5_000 }).toBe(true)
})

test('a receiver that answers and ends in the midst of its body has got the message', async () => {
  await using server = await SayingServer.start('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nhalf')
  expect(await get(new URL(`http://127.0.0.1:${server.port}/`))).toEqual({ kind: 'answered', status: 200 })
})

test('a certificate that nobody vouches for is refused, and taken with its authority', async () => {
  const pair = testCertificate()
  await using server = await ReceivingServer.start(pair)
  const send = (ca: string | null, url = server.url('/hook')) =>
    sendByHttp(receiverAt(url, { ca }), aMessage(), { nowMs: NOW_MS, ending: NEVER })
  expect(await send(null)).toEqual({ kind: 'failed', cause: expect.stringMatching(/not trusted: name its authority/) })
  expect(await send(testCertificate().cert.toString())).toEqual({ kind: 'failed', cause: expect.any(String) })
  const byAddress = new URL(server.url('/hook').href.replace('localhost', '127.0.0.1'))
  expect(await send(pair.cert.toString(), byAddress)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/another name/),
  })
  expect(server.received).toHaveLength(0)
  expect(await send(pair.cert.toString())).toEqual({ kind: 'delivered' })
})

test('a receiver that is not there is told from a name that nobody knows', async () => {
  const server = await ReceivingServer.start()
  const url = server.url()
  await server[Symbol.asyncDispose]()
  expect(await get(url)).toEqual({ kind: 'failed', cause: expect.stringMatching(/^the connection was refused/) })
  expect(await get(new URL('http://nobody.invalid/'))).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/name server/),
  })
})
