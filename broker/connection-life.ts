import type { Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import type { Aedes, Client } from 'aedes'
import type { LockId } from '#protocol/ids.ts'
import type { BrokerCounters } from './broker-counters.ts'
import type { BrokerLimits } from './broker-limits.ts'
import type { BrokerLog } from './broker-log.ts'
import type { Connection, Connections, GatewayConnection, NetworkConnection } from './connections.ts'
import type { Endings } from './endings.ts'
import { guardRead } from './guarded-read.ts'

export interface LifeParts {
  aedes: Aedes
  limits: BrokerLimits
  connections: Connections
  counters: BrokerCounters
  endings: Endings
  options: {
    log: BrokerLog
    onLockClosed(lockId: LockId): void
    onLockConnected?(lockId: LockId): void
  }
}

export interface ConnectionLife {
  accept(socket: Socket): void
  connectGateway(): Duplex
  ready(client: Client): void
  broken(client: Client, error: Error): void
  silent(client: Client): void
}

/** From accept to close, for each connection: what aedes and the stream report becomes counts and calls, each once. */
export function connectionLife({ aedes, limits, connections, counters, endings, options }: LifeParts): ConnectionLife {
  const { log } = options

  const accept = (socket: Socket): void => {
    const address = socket.remoteAddress
    const full = address === undefined ? null : fullness(connections, address, limits)
    if (address !== undefined && full !== null) endings.refuseAddress(address, full)
    if (address === undefined || full !== null) {
      socket.destroy()
      return
    }
    const connection: NetworkConnection = {
      kind: 'network',
      stream: socket,
      address,
      ended: null,
      ready: false,
      claim: null,
      will: null,
      lockId: null,
      publishes: null,
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
    if (connection.kind === 'gateway' || connection.lockId === null) return
    clearHandshakeTimer(connection)
    counters.connected += 1
    counters.accepted += 1
    log.info({ lockId: connection.lockId, address: connection.address }, 'lock connected')
    options.onLockConnected?.(connection.lockId)
  }

  const closed = (connection: Connection): void => {
    const wasPresent = connections.remove(connection)
    if (connection.kind === 'gateway') return
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
    else if (connection.kind === 'network') endings.violated(connection, 'protocol-error')
    else {
      log.error({ err: error }, "the gateway's own connection to the embedded broker broke")
      endings.end(connection, 'gateway-mistake')
    }
  }

  const silent = (client: Client): void => {
    const connection = connections.of(client)
    if (connection !== null) endings.end(connection, 'keepalive-timeout')
  }

  const connectGateway = (): Duplex => {
    const [ours, theirs] = duplexPair()
    // A pair's ends do not tell each other when they are destroyed.
    ours.once('close', () => theirs.destroy())
    theirs.once('close', () => ours.destroy())
    if (aedes.closed) return theirs.destroy()
    const connection: GatewayConnection = { kind: 'gateway', stream: ours, ended: null, ready: false }
    ours.once('close', () => closed(connection))
    connections.add(aedes.handle(ours), connection)
    return theirs
  }

  return { accept, connectGateway, ready, broken, silent }
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

function clearHandshakeTimer(connection: NetworkConnection): void {
  if (connection.handshakeTimer !== null) clearTimeout(connection.handshakeTimer)
  connection.handshakeTimer = null
}
