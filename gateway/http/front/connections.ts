import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { networkOf } from '#http/network-of.ts'
import type { ReadSince } from './arrivals.ts'
import { Connection } from './connection.ts'

/**
 * The open connections of one listener. Whoever only holds connections open shuts nobody out: when there are too many,
 * the one that has been idle longest, of the network that holds most of them, makes room for the newcomer.
 */
export class Connections implements Iterable<Connection> {
  readonly #open = new Set<Connection>()
  readonly #ofSocket = new WeakMap<Socket, Connection>()
  /** Until its handshake is done, a TLS connection is known by its peer's address and port alone. */
  readonly #ofPeer = new Map<string, Connection>()
  readonly #perNetwork = new Map<string | null, number>()
  readonly #max: number
  #uses = 0

  constructor(max: number) {
    this.#max = max
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values()
  }

  /** The connection that requests come on by this socket; null for requests from inside this process. */
  of(socket: Socket): Connection | null {
    return this.#ofSocket.get(socket) ?? null
  }

  /** Null when every connection is at work, and the newcomer is turned away. */
  came(socket: Socket, accepted: ReadSince): Connection | null {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return null
    }
    const connection = new Connection(socket, networkOf(socket.remoteAddress), accepted, ++this.#uses)
    const peer = peerOf(socket)
    this.#open.add(connection)
    this.#ofSocket.set(socket, connection)
    this.#ofPeer.set(peer, connection)
    this.#count(connection.network, 1)
    socket.once('close', () => {
      if (this.#ofPeer.get(peer) === connection) this.#ofPeer.delete(peer)
      this.#left(connection)
    })
    return connection
  }

  /** Its handshake is done: requests come on another socket from here on. */
  secured(socket: TLSSocket): Connection | null {
    const connection = this.#ofPeer.get(peerOf(socket))
    if (connection === undefined) return null
    connection.socket = socket
    this.#ofSocket.set(socket, connection)
    return connection
  }

  used(connection: Connection): void {
    connection.lastUse = ++this.#uses
    connection.silences = 0
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
        if (connection.network !== network || connection.line?.isAtWork === true) continue
        if (idlest === null || connection.lastUse < idlest.lastUse) idlest = connection
      }
      if (idlest === null) continue
      idlest.cut('it made room for another')
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
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
