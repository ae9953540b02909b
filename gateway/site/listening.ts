import { chmodSync, rmSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import type { FastifyInstance } from 'fastify'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { listenWithManySockets } from './many-sockets.ts'

/** Rejects with one line that says what to do when the address can't be had. The answer is the listener's URL. */
export async function listen(app: FastifyInstance, host: string, port: number, scheme: string): Promise<string> {
  try {
    await listenWithManySockets(app, { host, port, backlog: app.backlog })
  } catch (error) {
    throw listenError(error, 'http', host, port)
  }
  const bound = app.server.address()
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${boundPort}`
}

/** On a socket that no other user can open at any moment: the directory is their owner's alone, and so is what is made in it. */
export async function listenForOwner(app: FastifyInstance, path: string): Promise<void> {
  // Ours alone: we own the directory, so whatever lies here was left by a process that was killed.
  rmSync(path, { force: true })
  // A process has one umask, which its threads can't change.
  const umask = isMainThread ? process.umask(0o077) : null
  try {
    await app.listen({ path, backlog: app.backlog })
  } finally {
    if (umask !== null) process.umask(umask)
  }
  chmodSync(path, 0o600)
  app.server.on('error', app.listeningFailed)
}

/** What keeps a port from being opened, in a person's words; anything unforeseen stays as it is. */
export function listenError(error: unknown, what: 'http' | 'broker', host: string, port: number): unknown {
  const setting = what === 'http' ? 'http.listeners' : 'broker.port'
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return new StartupError(
        `port ${port} on ${host} is in use: stop the other program, or choose another port in ${setting}`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`${host} is no address of this machine: choose one of its own in ${setting}`)
    case 'EACCES':
      return new StartupError(
        `port ${port} on ${host} may not be opened by this user: choose one above 1023 in ${setting}`,
      )
    default:
      return error
  }
}
