import type { Socket } from 'node:net'
import type { Client } from 'aedes'
import type { ConnectClaim } from '#broker/access/authenticate.ts'
import type { EndReason, RefusalReason } from '#broker/broker-counters.ts'
import type { LockId } from '#protocol/ids.ts'
import type { LockRates } from './lock-rates.ts'

/** The connection of a lock, or of whoever says to be one. The gateway itself needs none. */
export interface Connection {
  stream: Socket
  /** Why the broker ended it or saw it end; the first reason stays. */
  ended: EndReason | RefusalReason | null
  /** The MQTT handshake is complete. */
  ready: boolean
  address: string
  /** The IPv4 address, or the /64 of an IPv6 address, because one device can use any address of its /64. */
  network: string
  /** When it was accepted, and when a whole packet last came on it, monotonic ms. */
  acceptedMs: number
  heardMs: number
  /** As its CONNECT says. */
  keepaliveS: number
  /** What its CONNECT says; null until then. */
  claim: ConnectClaim | null
  /** The very object aedes publishes when the connection breaks. */
  will: object | null
  /** Set once its password was right. */
  lockId: LockId | null
  /** Of its lock, over all its connections; null before that is known. */
  rates: LockRates | null
  /** aedes's own client, while the lock is subscribed to its commands. */
  subscriber: Client | null
}

/**
 * Who is connected. aedes's own registry forgets a client when an older one of the same id ends late, so nothing here
 * rests on it: connections live and end with their streams.
 */
export class Connections {
  readonly #byClient = new WeakMap<Client, Connection>()
  readonly #all = new Set<Connection>()
  readonly #network = new Map<string, number>()
  readonly #byLock = new Map<LockId, Connection>()
  #networkCount = 0

  /** The streams' own listeners still find their connection after `remove`. */
  of(client: Client | null): Connection | null {
    return (client && this.#byClient.get(client)) ?? null
  }

  add(client: Client, connection: Connection): void {
    this.#byClient.set(client, connection)
    this.#all.add(connection)
    this.#networkCount += 1
    this.#network.set(connection.network, this.countFrom(connection.network) + 1)
  }

  /** True when it was its lock's present connection: nothing newer has taken over. */
  remove(connection: Connection): boolean {
    if (!this.#all.delete(connection)) return false
    this.#networkCount -= 1
    const left = this.countFrom(connection.network) - 1
    if (left > 0) this.#network.set(connection.network, left)
    else this.#network.delete(connection.network)
    if (connection.lockId === null || this.#byLock.get(connection.lockId) !== connection) return false
    return this.#byLock.delete(connection.lockId)
  }

  /** Makes the connection its lock's present one and returns the one before it. */
  takeOver(lockId: LockId, connection: Connection): Connection | null {
    const before = this.#byLock.get(lockId) ?? null
    connection.lockId = lockId
    this.#byLock.set(lockId, connection)
    return before
  }

  ofLock(lockId: LockId): Connection | null {
    return this.#byLock.get(lockId) ?? null
  }

  /** A live set: a connection that closes during an iteration drops out of it. */
  all(): ReadonlySet<Connection> {
    return this.#all
  }

  get networkCount(): number {
    return this.#networkCount
  }

  countFrom(network: string): number {
    return this.#network.get(network) ?? 0
  }
}
