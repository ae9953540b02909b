import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { frontApp } from '#test/http/support/front-app.ts'
import { listen } from '#test/http/support/raw-http.ts'

let app: FastifyInstance
let port: number
/** Paths whose handlers run, in order; each waits for its turn in `answer`. */
let begun: string[]
let running: number
let mostRunning: number
let answers: (() => void)[]
const sockets: Socket[] = []
beforeEach(async () => {
  begun = []
  running = 0
  mostRunning = 0
  answers = []
  app = frontApp().app
  app.all('/*', async ({ url, body }) => {
    begun.push(url)
    running += 1
    mostRunning = Math.max(mostRunning, running)
    if (url.startsWith('/held')) await new Promise<void>((resolve) => answers.push(resolve))
    running -= 1
    return `${url} ${JSON.stringify(body ?? null)}`
  })
  port = await listen(app)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const answer of answers) answer()
  await app.close()
})

async function open(): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return { socket, text: () => heard }
}
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const chunked = (path: string, chunks: readonly string[]) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}0\r\n\r\n`
const answered = (text: string) => [...text.matchAll(/\r\n\r\n(\/[^H]*?)(?=HTTP|$)/g)].map(([, body]) => body)

describe('requests that were sent at once on one connection', () => {
  test('begin one after the other, each after the answer before', async () => {
    const { socket, text } = await open()
    socket.write(get('/held-1') + get('/held-2') + get('/3'))
    await expect.poll(() => begun).toEqual(['/held-1'])
    answers[0]?.()
    await expect.poll(() => begun).toEqual(['/held-1', '/held-2'])
    answers[1]?.()
    await expect.poll(() => answered(text())).toEqual(['/held-1 null', '/held-2 null', '/3 null'])
    expect(mostRunning).toBe(1)
  })

  test('keep their bodies, wherever the bytes are cut', async () => {
    const words = [
      post('/1', '{"a":"\\r\\n\\r\\n"}'),
      chunked(
        '/2',
        ['{"b"', ':"\r\n\r\n', '"}'].map((part) => part.replaceAll('\r\n', ' ')),
      ),
      get('/3'),
      post('/4', '[1,2]'),
    ].join('')
    const expected = ['/1 {"a":"\\r\\n\\r\\n"}', '/2 {"b":"  "}', '/3 null', '/4 [1,2]']
    for (const pieceBytes of [1, 2, 3, 7, 64, words.length]) {
      const { socket, text } = await open()
      socket.setNoDelay(true)
      for (let at = 0; at < words.length; at += pieceBytes) {
        socket.write(words.slice(at, at + pieceBytes))
        // Each piece is read by itself.
        if (pieceBytes >= 3) await new Promise((resolve) => setImmediate(resolve))
      }
      await expect.poll(() => answered(text())).toEqual(expected)
      socket.destroy()
    }
    expect(mostRunning).toBe(1)
  })

  test('that are more than may wait end the connection, and none of the excess begins', async () => {
    const { socket, text } = await open()
    const closed = once(socket, 'close')
    socket.write(get('/held') + get('/excess').repeat(1_000))
    await closed
    expect([begun, text()]).toEqual([['/held'], ''])
  })

  test('drop by drop end it as well, once more waits than may', async () => {
    const { socket } = await open()
    const closed = once(socket, 'close')
    socket.write(get('/held'))
    await expect.poll(() => begun).toEqual(['/held'])
    let isClosed = false
    closed.then(() => {
      isClosed = true
    })
    for (let count = 0; count < 1_000 && !isClosed; count += 1) {
      socket.write(get('/excess'))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect(begun).toEqual(['/held'])
  })

  test('are not begun when their connection has closed before their turn', async () => {
    const { socket } = await open()
    socket.write(get('/held') + get('/behind'))
    await expect.poll(() => begun).toEqual(['/held'])
    socket.resetAndDestroy()
    await expect
      .poll(
        async () =>
          await new Promise<number>((resolve, reject) => {
            app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
          }),
      )
      .toBe(0)
    answers[0]?.()
    await expect.poll(() => running).toBe(0)
    expect(begun).toEqual(['/held'])
  })
})
