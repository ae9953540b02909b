import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { networkOf } from './network-of.ts'

interface Connection {
  /** The socket that requests come on: over TLS another than the one that was accepted. */
  socket: Socket
  /** Where it comes from; null for the Unix socket. */
  readonly network: string | null
  /** Whole requests on it that are not answered yet. */
  running: number
  /** Grows with each use of any connection: the lowest has been idle longest. */
  lastUse: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where a handler is at work for it; null before it was whole, and after its answer. */
    runsOn: Connection | null
  }
}

/**
 * The open connections of one listener, and which of them a handler is at work for. Whoever only holds connections open
 * shuts nobody out: when there are too many, the one that has been idle longest, of the network that holds most of them,
 * makes room for the newcomer.
 */
export class Connections {
  readonly #open = new Set<Connection>()
  readonly #ofSocket = new WeakMap<Socket, Connection>()
  /** Until its handshake is done, a TLS connection is known by its peer's address and port alone. */
  readonly #ofPeer = new Map<string, Connection>()
  readonly #perNetwork = new Map<string | null, number>()
  readonly #max: number
  #uses = 0
  #closing = false

  constructor(max: number) {
    this.#max = max
  }

  /** What is written on a busy socket now would be read as its handler's answer. */
  isBusy(socket: Socket): boolean {
    return (this.#ofSocket.get(socket)?.running ?? 0) > 0
  }

  /**
   * @param lingerMaxMs once the listener closes, the longest that a connection may stay: enough for each running
   * request to get its answer
   */
  watch(app: FastifyInstance, lingerMaxMs: number): void {
    app.server.on('connection', (socket: Socket) => this.#came(socket))
    app.server.on('secureConnection', (socket: TLSSocket) => this.#secured(socket))
    app.decorateRequest('runsOn', null)
    app.addHook('preHandler', (request, _reply, done) => {
      this.#begin(request)
      done()
    })
    app.addHook('onResponse', (request, _reply, done) => {
      this.#end(request)
      const { socket } = request.raw
      if (this.#closing && this.#ofSocket.has(socket) && !this.isBusy(socket)) socket.destroySoon()
      done()
    })
    app.addHook('preClose', async () => {
      this.#closing = true
      // Node stops its own time limits when it closes: who sends a byte now and then would keep it open for ever.
      for (const { socket, running } of this.#open) if (running === 0) socket.destroySoon()
      const lingering = setTimeout(() => {
        for (const { socket } of this.#open) socket.destroy()
      }, lingerMaxMs)
      app.server.once('close', () => clearTimeout(lingering))
    })
  }

  #came(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    const connection = { socket, network: networkOf(socket.remoteAddress), running: 0, lastUse: ++this.#uses }
    const peer = peerOf(socket)
    this.#open.add(connection)
    this.#ofSocket.set(socket, connection)
    this.#ofPeer.set(peer, connection)
    this.#count(connection.network, 1)
    socket.once('close', () => {
      if (this.#ofPeer.get(peer) === connection) this.#ofPeer.delete(peer)
      this.#left(connection)
    })
  }

  #secured(socket: TLSSocket): void {
    const connection = this.#ofPeer.get(peerOf(socket))
    if (connection === undefined) return
    connection.socket = socket
    this.#ofSocket.set(socket, connection)
  }

  #left(connection: Connection): void {
    if (this.#open.delete(connection)) this.#count(connection.network, -1)
  }

  /** False when every connection is at work. */
  #makeRoom(): boolean {
    const byCount = [...this.#perNetwork].sort(([, one], [, other]) => other - one)
    for (const [network] of byCount) {
      let idlest: Connection | null = null
      for (const connection of this.#open) {
        if (connection.network !== network || connection.running > 0) continue
        if (idlest === null || connection.lastUse < idlest.lastUse) idlest = connection
      }
      if (idlest === null) continue
      idlest.socket.destroy()
      this.#left(idlest)
      return true
    }
    return false
  }

  #count(network: string | null, by: 1 | -1): void {
    const count = (this.#perNetwork.get(network) ?? 0) + by
    if (count === 0) this.#perNetwork.delete(network)
    else this.#perNetwork.set(network, count)
  }

  #begin(request: FastifyRequest): void {
    const connection = this.#ofSocket.get(request.raw.socket)
    // Requests from inside this process have no connection of ours. A route that calls for the 404 brings its request twice.
    if (connection === undefined || request.runsOn !== null) return
    request.runsOn = connection
    connection.running += 1
  }

  /** A request that was refused before it was whole was never counted. */
  #end(request: FastifyRequest): void {
    const connection = request.runsOn
    if (connection === null) return
    request.runsOn = null
    connection.running -= 1
    connection.lastUse = ++this.#uses
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
