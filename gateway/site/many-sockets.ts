import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, isIP, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { CAN_SHARE_PORT } from '#http/front/front.ts'
import { systemErrorCode } from '#runtime/startup-error.ts'

/**
 * The event loop takes one connection from a listening socket in each of its turns, and turns slowly under load: with one
 * socket everybody who came new would stand behind a crowd that only connects.
 */
const SOCKETS = CAN_SHARE_PORT ? 16 : 1

interface Where {
  readonly host: string
  readonly port: number
  readonly backlog: number
}

/**
 * Listens on a port with many sockets, all of which serve and close with the app; on each address of this machine that
 * the host's name has, such as both of `localhost`.
 */
export async function listenWithManySockets(app: FastifyInstance, options: Where): Promise<void> {
  const [first, ...others] = await freeAddresses(options)
  const shared = { ...options, reusePort: CAN_SHARE_PORT }
  // Fastify hands on what it does not know.
  const onFirst = { ...shared, host: first }
  await app.listen(onFirst)
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port
  for (const host of [first, ...others]) {
    for (let socket = host === first ? 1 : 0; socket < SOCKETS; socket += 1) {
      // As Node makes the socket of an HTTP server.
      const other = createServer({ allowHalfOpen: true, noDelay: true })
      other.on('connection', (connection) => app.server.emit('connection', connection, other))
      app.otherSockets.push(other)
      await listenOn(other, { ...shared, host, port })
    }
  }
  for (const server of [app.server, ...app.otherSockets]) server.on('error', app.listeningFailed)
}

/** Rejects with why the first of them can't be had, when none can. */
async function freeAddresses(options: Where): Promise<readonly [string, ...string[]]> {
  const addresses =
    isIP(options.host) === 0
      ? (await lookup(options.host, { all: true })).map(({ address }) => address)
      : [options.host]
  const free: string[] = []
  let failure: unknown
  for (const host of new Set(addresses)) {
    try {
      await mustBeFree({ ...options, host })
      free.push(host)
    } catch (error) {
      failure ??= error
      // A name may have an address that this machine has not: `::1` where IPv6 is switched off.
      if (!NOT_OURS.has(systemErrorCode(error) ?? '')) throw error
    }
  }
  const [first, ...others] = free
  if (first === undefined) throw failure
  return [first, ...others]
}
const NOT_OURS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** A shared port would be shared with a second gateway as well: so it is first listened on without sharing. */
async function mustBeFree(options: Where): Promise<void> {
  const probe = createServer()
  await listenOn(probe, options)
  await new Promise((resolve) => probe.close(resolve))
}

async function listenOn(server: Server, options: Where & { readonly reusePort?: boolean }): Promise<void> {
  server.listen(options)
  await once(server, 'listening')
}
