import type { Socket } from 'node:net'
import type { Aedes, Client, Subscription } from 'aedes'
import { isDrainTimeout } from '#broker/aedes-errors.ts'
import type { BrokerClock } from '#broker/broker-clock.ts'
import type { BrokerCounters } from '#broker/broker-counters.ts'
import type { BrokerLimits } from '#broker/broker-limits.ts'
import type { QuietLog } from '#broker/broker-log.ts'
import { guardRead, type ReadGuard } from '#broker/wire/guarded-read.ts'
import type { LockId, SiteId } from '#protocol/ids.ts'
import { lockTopic } from '#protocol/topics.ts'
import type { Connection, Connections } from './connections.ts'
import type { Endings } from './endings.ts'
import { networkOf } from './network-of.ts'

/** CONNECT, and what a hasty client sends behind it without waiting for the answer. */
const PACKETS_BEFORE_READY = 64
/** What a flood of packets counts for: the connection is closed for it, and a working lock never does it. */
const FLOOD_EXCESS = 100

export interface LifeParts {
  aedes: Aedes
  limits: BrokerLimits
  connections: Connections
  counters: BrokerCounters
  endings: Endings
  log: QuietLog
  clock: Pick<BrokerClock, 'monotonicMs'>
  options: {
    site: SiteId
    onLockClosed(lockId: LockId): void
    onLockListens?(lockId: LockId): void
    onLockExceeded?(lockId: LockId, count: number): void
  }
}

export interface ConnectionLife {
  accept(socket: Socket): void
  ready(client: Client): void
  broken(client: Client, error: Error): void
  subscribed(subscriptions: readonly Subscription[], client: Client): void
  unsubscribed(topics: readonly string[], client: Client): void
}

/** From accept to close, for each connection: what aedes and the stream report becomes counts and calls, each once. */
export function connectionLife(parts: LifeParts): ConnectionLife {
  const { aedes, limits, connections, counters, endings, log, clock, options } = parts
  const { site } = options

  const accept = (socket: Socket): void => {
    const address = socket.remoteAddress
    const network = address === undefined ? '' : networkOf(address)
    const full = address === undefined ? null : fullness(connections, address, network, limits)
    if (address !== undefined && full !== null) endings.refuseAddress(address, full)
    if (address === undefined || full !== null) {
      socket.destroy()
      return
    }
    const nowMs = clock.monotonicMs()
    const connection: Connection = {
      stream: socket,
      address,
      network,
      acceptedMs: nowMs,
      heardMs: nowMs,
      keepaliveS: 0,
      ended: null,
      ready: false,
      claim: null,
      will: null,
      lockId: null,
      rates: null,
      subscriber: null,
    }
    guardRead(socket, limits, guardOf(connection))
    socket.once('close', () => closed(connection))
    connections.add(aedes.handle(socket), connection)
  }

  /** Before the lock is known, a connection is bounded by the size of its CONNECT and by the time that it has. */
  const guardOf = (connection: Connection): ReadGuard => ({
    mayRead: (packets) => {
      const nowMs = clock.monotonicMs()
      if (packets > 0) connection.heardMs = nowMs
      return connection.rates?.packets.take(packets, nowMs) ?? packets <= PACKETS_BEFORE_READY
    },
    onViolation: (reason) => {
      if (typeof reason === 'string') {
        endings.violated(connection, reason)
        if (reason === 'packet-flood' && connection.lockId !== null) {
          options.onLockExceeded?.(connection.lockId, FLOOD_EXCESS)
        }
      } else if (reason.kind === 'version') {
        endings.refuseWithCode(connection, 'protocol-version', { says: reason.says })
      } else endings.violated(connection, 'protocol-error', { says: reason.says })
    },
  })

  const ready = (client: Client): void => {
    const connection = connections.of(client)
    if (connection === null || connection.stream.destroyed) return
    connection.ready = true
    if (connection.lockId === null) return
    counters.connected += 1
    counters.accepted += 1
    const { lockId, address } = connection
    log.info(`connected ${lockId}`, { lockId, address }, 'lock connected', clock.monotonicMs())
  }

  const closed = (connection: Connection): void => {
    const wasPresent = connections.remove(connection)
    if (connection.lockId === null) return
    if (connection.ready) {
      counters.connected -= 1
      endings.end(connection, 'gone')
      const { lockId, ended: reason } = connection
      log.info(`disconnected ${lockId}`, { lockId, reason }, 'lock disconnected', clock.monotonicMs())
    }
    if (wasPresent) options.onLockClosed(connection.lockId)
  }

  const broken = (client: Client, error: Error): void => {
    const connection = connections.of(client)
    // An error with a code is the network's: the lock is gone, and the stream's own close says so.
    if (connection === null || connection.ended !== null || 'code' in error) return
    if (isDrainTimeout(error)) endings.end(connection, 'drain-timeout')
    else endings.violated(connection, 'protocol-error')
  }

  const isCommandsOf = (connection: Connection | null, topic: string): boolean =>
    connection !== null && connection.lockId !== null && topic === lockTopic(site, connection.lockId, 'command')

  const subscribed = (subscriptions: readonly Subscription[], client: Client): void => {
    const connection = connections.of(client)
    const isGranted = ({ topic, qos }: Subscription) => isCommandsOf(connection, topic) && qos <= 2
    if (connection === null || connection.lockId === null || !subscriptions.some(isGranted)) return
    connection.subscriber = client
    if (connections.ofLock(connection.lockId) === connection) options.onLockListens?.(connection.lockId)
  }

  const unsubscribed = (topics: readonly string[], client: Client): void => {
    const connection = connections.of(client)
    if (connection === null || connection.lockId === null) return
    options.onLockExceeded?.(connection.lockId, topics.length)
    if (topics.some((topic) => isCommandsOf(connection, topic))) connection.subscriber = null
  }

  return { accept, ready, broken, subscribed, unsubscribed }
}

function fullness(
  connections: Connections,
  address: string,
  network: string,
  limits: BrokerLimits,
): 'connections-full' | 'address-full' | null {
  if (connections.networkCount >= limits.maxConnections) return 'connections-full'
  const capped = !isLoopback(address) && connections.countFrom(network) >= limits.maxConnectionsPerAddress
  return capped ? 'address-full' : null
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address)
