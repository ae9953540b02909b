import type { Socket } from 'node:net'
import type { Aedes, Client, Subscription } from 'aedes'
import type { LockId, SiteId } from '#protocol/ids.ts'
import { lockTopic } from '#protocol/topics.ts'
import type { BrokerCounters } from './broker-counters.ts'
import type { BrokerLimits } from './broker-limits.ts'
import type { BrokerLog } from './broker-log.ts'
import type { Connection, Connections } from './connections.ts'
import type { Endings } from './endings.ts'
import { guardRead } from './guarded-read.ts'

export interface LifeParts {
  aedes: Aedes
  limits: BrokerLimits
  connections: Connections
  counters: BrokerCounters
  endings: Endings
  options: {
    site: SiteId
    log: BrokerLog
    onLockClosed(lockId: LockId): void
    onLockConnected?(lockId: LockId): void
  }
}

export interface ConnectionLife {
  accept(socket: Socket): void
  ready(client: Client): void
  broken(client: Client, error: Error): void
  silent(client: Client): void
  subscribed(subscriptions: readonly Subscription[], client: Client): void
  unsubscribed(topics: readonly string[], client: Client): void
}

/** From accept to close, for each connection: what aedes and the stream report becomes counts and calls, each once. */
export function connectionLife({ aedes, limits, connections, counters, endings, options }: LifeParts): ConnectionLife {
  const { log, site } = options

  const accept = (socket: Socket): void => {
    const address = socket.remoteAddress
    const full = address === undefined ? null : fullness(connections, address, limits)
    if (address !== undefined && full !== null) endings.refuseAddress(address, full)
    if (address === undefined || full !== null) {
      socket.destroy()
      return
    }
    const connection: Connection = {
      stream: socket,
      address,
      ended: null,
      ready: false,
      claim: null,
      will: null,
      lockId: null,
      publishes: null,
      subscriber: null,
      // aedes's own timer stops at CONNECT, so a handshake that hangs later would keep its socket for ever
      handshakeTimer: setTimeout(() => {
        endings.refuse(connection, 'handshake-timeout')
        socket.destroy()
      }, limits.handshakeTimeoutMs),
    }
    guardRead(socket, limits, (reason) => endings.violated(connection, reason))
    socket.once('close', () => closed(connection))
    connections.add(aedes.handle(socket), connection)
  }

  const ready = (client: Client): void => {
    const connection = connections.of(client)
    if (connection === null || connection.stream.destroyed) return
    connection.ready = true
    if (connection.lockId === null) return
    clearHandshakeTimer(connection)
    counters.connected += 1
    counters.accepted += 1
    log.info({ lockId: connection.lockId, address: connection.address }, 'lock connected')
    options.onLockConnected?.(connection.lockId)
  }

  const closed = (connection: Connection): void => {
    const wasPresent = connections.remove(connection)
    clearHandshakeTimer(connection)
    if (connection.lockId === null) return
    if (connection.ready) {
      counters.connected -= 1
      endings.end(connection, 'gone')
      log.info({ lockId: connection.lockId, reason: connection.ended }, 'lock disconnected')
    }
    if (wasPresent) options.onLockClosed(connection.lockId)
  }

  const broken = (client: Client, error: Error): void => {
    const connection = connections.of(client)
    // An error with a code is the network's: the lock is gone, and the stream's own close says so.
    if (connection === null || connection.ended !== null || 'code' in error) return
    if (error.message === 'drain timeout') endings.end(connection, 'drain-timeout')
    else endings.violated(connection, 'protocol-error')
  }

  const silent = (client: Client): void => {
    const connection = connections.of(client)
    if (connection !== null) endings.end(connection, 'keepalive-timeout')
  }

  const isCommandsOf = (connection: Connection | null, topic: string): boolean =>
    connection !== null && connection.lockId !== null && topic === lockTopic(site, connection.lockId, 'command')

  const subscribed = (subscriptions: readonly Subscription[], client: Client): void => {
    const connection = connections.of(client)
    const isGranted = ({ topic, qos }: Subscription) => isCommandsOf(connection, topic) && qos <= 2
    if (connection !== null && subscriptions.some(isGranted)) connection.subscriber = client
  }

  const unsubscribed = (topics: readonly string[], client: Client): void => {
    const connection = connections.of(client)
    if (connection !== null && topics.some((topic) => isCommandsOf(connection, topic))) connection.subscriber = null
  }

  return { accept, ready, broken, silent, subscribed, unsubscribed }
}

function fullness(
  connections: Connections,
  address: string,
  limits: BrokerLimits,
): 'connections-full' | 'address-full' | null {
  if (connections.networkCount >= limits.maxConnections) return 'connections-full'
  const capped = !isLoopback(address) && connections.countFrom(address) >= limits.maxConnectionsPerAddress
  return capped ? 'address-full' : null
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address)

function clearHandshakeTimer(connection: Connection): void {
  if (connection.handshakeTimer !== null) clearTimeout(connection.handshakeTimer)
  connection.handshakeTimer = null
}
