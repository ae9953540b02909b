import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { networkOf } from './network-of.ts'

interface Connection {
  /** Where it comes from; null for the Unix socket. */
  readonly network: string | null
  /** Whole requests on it that are not answered yet. */
  running: number
}

/**
 * The open connections of one listener, and which of them a handler is at work for. Whoever only holds connections open
 * shuts nobody out: when there are too many, the one that has been idle longest, of the network that holds most of them,
 * makes room for the newcomer.
 */
export class Connections {
  /** Least recently used first. */
  readonly #open = new Map<Socket, Connection>()
  readonly #perNetwork = new Map<string | null, number>()
  readonly #running = new WeakSet<IncomingMessage>()
  readonly #max: number
  #closing = false

  constructor(max: number) {
    this.#max = max
  }

  /** What is written on a busy socket now would be read as its handler's answer. */
  isBusy(socket: Socket): boolean {
    return (this.#open.get(socket)?.running ?? 0) > 0
  }

  /**
   * @param lingerMaxMs once the listener closes, the longest that a connection may stay: enough for each running
   * request to get its answer
   */
  watch(app: FastifyInstance, lingerMaxMs: number): void {
    app.server.on('connection', (socket: Socket) => this.#came(socket))
    app.addHook('preHandler', async ({ raw }) => this.#begin(raw))
    app.addHook('onResponse', async ({ raw }) => {
      this.#end(raw)
      const { socket } = raw
      if (this.#closing && this.#open.has(socket) && !this.isBusy(socket)) socket.destroySoon()
    })
    app.addHook('preClose', async () => {
      this.#closing = true
      // Node stops its own time limits when it closes: who sends a byte now and then would keep it open for ever.
      for (const socket of this.#open.keys()) if (!this.isBusy(socket)) socket.destroySoon()
      const lingering = setTimeout(() => {
        for (const socket of this.#open.keys()) socket.destroy()
      }, lingerMaxMs)
      app.server.once('close', () => clearTimeout(lingering))
    })
  }

  #came(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    const network = networkOf(socket.remoteAddress)
    this.#open.set(socket, { network, running: 0 })
    this.#count(network, 1)
    socket.once('close', () => this.#left(socket))
  }

  #left(socket: Socket): void {
    const connection = this.#open.get(socket)
    if (connection === undefined) return
    this.#open.delete(socket)
    this.#count(connection.network, -1)
  }

  /** False when every connection is at work. */
  #makeRoom(): boolean {
    const byCount = [...this.#perNetwork].sort(([, one], [, other]) => other - one)
    for (const [network] of byCount) {
      for (const [socket, connection] of this.#open) {
        if (connection.network !== network || connection.running > 0) continue
        socket.destroy()
        this.#left(socket)
        return true
      }
    }
    return false
  }

  #count(network: string | null, by: 1 | -1): void {
    const count = (this.#perNetwork.get(network) ?? 0) + by
    if (count === 0) this.#perNetwork.delete(network)
    else this.#perNetwork.set(network, count)
  }

  #begin(request: IncomingMessage): void {
    const connection = this.#open.get(request.socket)
    // Requests from inside this process have no connection of ours.
    if (connection === undefined) return
    this.#running.add(request)
    connection.running += 1
  }

  /** A request that was refused before it was whole was never counted. */
  #end(request: IncomingMessage): void {
    const connection = this.#open.get(request.socket)
    if (connection === undefined || !this.#running.delete(request)) return
    connection.running -= 1
    this.#open.delete(request.socket)
    this.#open.set(request.socket, connection)
  }
}
