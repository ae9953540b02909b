import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not on a port')
  return address.port
}

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number
  readonly head: string
  readonly body: string
  /** How many heads of answers came. */
  readonly answers: number
}

/** Sends these very bytes and reads until the gateway ends the connection. */
export function sendRaw(port: number, bytes: string | Buffer, onSocket?: (socket: Socket) => void): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes)
      onSocket?.(socket)
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
    })
    // A reset after the answer is an end like another.
    socket.on('error', () => {})
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2)
      const answers = text.match(/^HTTP\/1\.1 \d{3}/gm)?.length ?? 0
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body, answers })
    })
  })
}
