import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { networkOf } from '#http/requests/network-of.ts'
import type { ReadSince } from './arrivals.ts'
import { Connection } from './connection.ts'

export interface Shares {
  readonly max: number
  /** Connections that one network may hold, so that it can never shut out the others. */
  readonly ofNetworkMax: number
  /** Speaks for many networks, as a reverse proxy does. */
  isForMany(address: string): boolean
  /** A newcomer was turned away. */
  turnedAway(why: 'network' | 'listener'): void
}

/**
 * The open connections of one listener. Whoever only holds connections open shuts nobody out: when there are too many,
 * the one that has been idle longest, of the network that holds most of them, makes room for the newcomer. A network
 * that holds its share makes room itself.
 */
export class Connections implements Iterable<Connection> {
  readonly #open = new Set<Connection>()
  readonly #ofSocket = new WeakMap<Socket, Connection>()
  /** Until its handshake is done, a TLS connection is known by its peer's address and port alone. */
  readonly #ofPeer = new Map<string, Connection>()
  /** Of each network, the longest unused first. */
  readonly #ofNetwork = new Map<string | null, Set<Connection>>()
  readonly #shares: Shares

  constructor(shares: Shares) {
    this.#shares = shares
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
    const { remoteAddress } = socket
    const network = networkOf(remoteAddress)
    const lacksRoom = this.#roomLackedBy(network, remoteAddress)
    if (lacksRoom !== null) {
      this.#shares.turnedAway(lacksRoom)
      socket.destroy()
      return null
    }
    const connection = new Connection(socket, network, accepted)
    const peer = peerOf(socket)
    this.#open.add(connection)
    this.#ofSocket.set(socket, connection)
    this.#ofPeer.set(peer, connection)
    const ofNetwork = this.#ofNetwork.get(network)
    if (ofNetwork === undefined) this.#ofNetwork.set(network, new Set([connection]))
    else ofNetwork.add(connection)
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
    connection.silences = 0
    const ofNetwork = this.#ofNetwork.get(connection.network)
    if (ofNetwork?.delete(connection) === true) ofNetwork.add(connection)
  }

  #left(connection: Connection): void {
    this.#open.delete(connection)
    const ofNetwork = this.#ofNetwork.get(connection.network)
    ofNetwork?.delete(connection)
    if (ofNetwork?.size === 0) this.#ofNetwork.delete(connection.network)
  }

  /** Makes room by cutting an idle connection if need be. Null when there is room, else the limit that leaves none. */
  #roomLackedBy(network: string | null, address: string | undefined): 'network' | 'listener' | null {
    const { max, ofNetworkMax, isForMany } = this.#shares
    const held = this.#ofNetwork.get(network)
    const isOverShare = held !== undefined && held.size >= ofNetworkMax && address !== undefined && !isForMany(address)
    if (isOverShare) return this.#cutIdlest(held) ? null : 'network'
    if (this.#open.size < max) return null
    const byCount = [...this.#ofNetwork.values()].sort((one, other) => other.size - one.size)
    return byCount.some((ofOne) => this.#cutIdlest(ofOne)) ? null : 'listener'
  }

  /** False when all of them are at work. */
  #cutIdlest(connections: Iterable<Connection>): boolean {
    for (const connection of connections) {
      if (connection.requests?.isBusy === true) continue
      connection.cut('it made room for another')
      this.#left(connection)
      return true
    }
    return false
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
