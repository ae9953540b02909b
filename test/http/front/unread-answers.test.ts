import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { frontApp } from '#test/http/support/front-app.ts'
import { listen } from '#test/http/support/raw-http.ts'

test('whoever reads nothing of his answer is cut off within seconds; whoever reads slowly is not', async () => {
  const { app, front } = frontApp()
  app.get('/endless', (_request, reply) =>
    reply.send(
      new Readable({
        read() {
          this.push(Buffer.alloc(16_384))
        },
      }),
    ),
  )
  const port = await listen(app)
  const ask = async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET /endless HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    return socket
  }
  const [unread, slow] = [await ask(), await ask()]
  unread.pause()
  const error = new Promise((resolve) => unread.once('error', resolve))
  slow.on('data', () => {
    slow.pause()
    setTimeout(() => slow.resume(), 10)
  })
  try {
    await expect.poll(() => [...front.connections], { timeout: 1_000 }).toHaveLength(2)
    await expect.poll(() => [...front.connections], { timeout: 12_000 }).toHaveLength(1)
    // With a reset: what the kernel held for him is gone as well.
    unread.resume()
    expect(await error).toMatchObject({ code: 'ECONNRESET' })
    expect([...front.connections].map(({ endedFor }) => endedFor)).toEqual([null])
  } finally {
    unread.destroy()
    slow.destroy()
    await app.close()
  }
}, 30_000)
