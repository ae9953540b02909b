import { once } from 'node:events'
import { createServer, isIP, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { CAN_SHARE_PORT } from '#http/front/front.ts'

/**
 * The event loop takes one connection from a listening socket in each of its turns, and turns slowly under load: with one
 * socket everybody who came new would stand behind a crowd that only connects.
 */
const SOCKETS = 16

interface Where {
  readonly host: string
  readonly port: number
  readonly backlog: number
}

/** Listens on a port with many sockets, all of which serve and close with the app. */
export async function listenWithManySockets(app: FastifyInstance, options: Where): Promise<void> {
  if (!CAN_SHARE_PORT) {
    await app.listen(options)
    return
  }
  // A shared port would be shared with a second gateway as well. A port that the kernel chooses is nobody's.
  if (options.port !== 0) await mustBeFree(options)
  // Fastify hands on what it does not know.
  const shared = { ...options, reusePort: true }
  await app.listen(shared)
  for (const bound of app.addresses()) {
    if (typeof bound === 'string') continue
    const where = { ...shared, host: isIP(shared.host) === 0 ? bound.address : shared.host, port: bound.port }
    for (let socket = 1; socket < SOCKETS; socket += 1) {
      // As Node makes the socket of an HTTP server.
      const other = createServer({ allowHalfOpen: true, noDelay: true })
      other.on('connection', (connection) => app.server.emit('connection', connection, other))
      app.otherSockets.push(other)
      await listenOn(other, where)
    }
  }
}

async function mustBeFree(options: Where): Promise<void> {
  const probe = createServer()
  await listenOn(probe, options)
  await new Promise((resolve) => probe.close(resolve))
}

async function listenOn(server: Server, options: Where & { readonly reusePort?: boolean }): Promise<void> {
  server.listen(options)
  await once(server, 'listening')
}
