import { type EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { promisify } from 'node:util'
import { Aedes } from 'aedes'
import type { LockId, SiteId } from '#protocol/ids.ts'
import type { BrokerCredentials } from './access/authenticate.ts'
import { aedesHooks } from './aedes-hooks.ts'
import { type BrokerClock, every } from './broker-clock.ts'
import { type BrokerCounters, newBrokerCounters } from './broker-counters.ts'
import { type BrokerLimits, DEFAULT_BROKER_LIMITS } from './broker-limits.ts'
import { type BrokerLog, QuietLog } from './broker-log.ts'
import { connectionLife } from './connections/connection-life.ts'
import { Connections } from './connections/connections.ts'
import { Endings } from './connections/endings.ts'
import { RatesOfLocks } from './connections/lock-rates.ts'
import { RateCap } from './connections/rate-cap.ts'
import { watchSilence } from './connections/silence-watch.ts'
import { type Contest, TakeoverWatch } from './connections/takeover-watch.ts'
import { type GatewayPort, type GatewayPortEvents, gatewayPorts } from './gateway-port.ts'

export interface EmbeddedBrokerOptions {
  site: SiteId
  host: string
  /** 0 takes any free port. */
  port: number
  credentials: BrokerCredentials
  clock: BrokerClock
  log: BrokerLog
  limits?: Partial<BrokerLimits>
  /** A lock's connection ended, for any reason, and no newer one of that lock has taken over. */
  onLockClosed(lockId: LockId): void
  /** A lock subscribed to its commands: from here on it can hear. */
  onLockListens?(lockId: LockId): void
  /** A lock did something that a working one does not do, `count` times. The callee decides what follows from it. */
  onLockExceeded?(lockId: LockId, count: number): void
  /** Two clients fight over one lock's id: said again at each takeover while it lasts. Telling it less often is for others. */
  onLockContested?(lockId: LockId, contest: Contest): void
}

export interface EmbeddedBroker {
  host: string
  port: number
  openGatewayPort(events: GatewayPortEvents): GatewayPort
  /** For a changed or withdrawn credential: the lock has to prove itself anew. */
  disconnectLock(lockId: LockId): void
  counters(): BrokerCounters
  close(): Promise<void>
}

const AEDES_CONNECT_TIMEOUT_MS = 60_000
/** QoS 2 is dropped, but its handshake is held until PUBREL: this many per lock, without payload, then it is closed. */
const QOS_2_HANDSHAKES_MAX = 16
/** Lines in the log about strangers: a second in the long run, and at once. */
const REFUSALS_PER_SECOND = 2
const REFUSALS_AT_ONCE = 50
/** Room for a whole building that comes back after a power cut. */
const LISTEN_BACKLOG = 4_096

/** Rejects with the listener's own error, `EADDRINUSE` for one, and then leaves nothing open. */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const limits: BrokerLimits = { ...DEFAULT_BROKER_LIMITS, ...options.limits }
  const { site, credentials, log, clock } = options
  const counters = newBrokerCounters()
  const connections = new Connections()
  const warnings = new QuietLog(log, limits.logIntervalMs)
  const rates = new RatesOfLocks(limits)
  const refusals = new QuietLog(
    log,
    limits.logIntervalMs,
    new RateCap(REFUSALS_PER_SECOND, clock.monotonicMs(), REFUSALS_AT_ONCE),
  )
  const isLock = (lockId: LockId): boolean => {
    try {
      return credentials.passwordHashOf(lockId) !== null
    } catch {
      // Unreadable credentials are a reason for refusal of their own; log lines about it are limited without the name.
      return false
    }
  }
  const endings = new Endings({ counters, warnings, refusals, isLock, clock })
  const stopTelling = every(clock, limits.logIntervalMs, () => {
    for (const quiet of [warnings, refusals]) quiet.tellHeld(clock.monotonicMs())
  })
  const takeovers = new TakeoverWatch()

  const onTakeover = (lockId: LockId, from: string, to: string): void => {
    counters.takeovers += 1
    const toTell = takeovers.toTell(lockId, clock.monotonicMs())
    if (toTell === 0) return
    counters.contested += 1
    options.onLockContested?.(lockId, { takeovers: toTell, from, to })
  }

  const onExcess = (lockId: LockId, count: number) => options.onLockExceeded?.(lockId, count)
  const hooks = aedesHooks({
    ...{ site, limits, credentials, connections, counters, endings, warnings, rates, log, clock, onTakeover, onExcess },
  })
  const aedes = await Aedes.createBroker({
    ...hooks,
    // Long enough never to matter: this timer covers only the wait for CONNECT, and after a standstill it fires before
    // bytes that have come are read. `watchSilence` limits the whole handshake instead.
    connectTimeout: AEDES_CONNECT_TIMEOUT_MS,
    // Beyond its concurrency the bus queues, and empties a queue that nobody listens to by calling itself: a thousand
    // locks that lose their power at once would end the process. Each connection waits for its own packets all the same.
    concurrency: 0,
    drainTimeout: limits.drainTimeoutMs,
    maxInflightInbound: QOS_2_HANDSHAKES_MAX,
  })

  const life = connectionLife({ aedes, limits, connections, counters, endings, log: warnings, clock, options })
  const stopWatching = watchSilence(connections, { limits, endings, clock })
  aedes.on('clientReady', life.ready)
  aedes.on('clientError', life.broken)
  aedes.on('connectionError', life.broken)
  aedes.on('subscribe', life.subscribed)
  aedes.on('unsubscribe', life.unsubscribed)
  // Without a listener one failed will or queue would end the process.
  const emitter: EventEmitter = aedes
  emitter.on('error', (error: unknown) => log.error({ err: error }, 'the embedded broker reports a fault'))

  const server = createServer({ noDelay: true }, life.accept)
  const closeAedes = promisify(aedes.close.bind(aedes))
  try {
    await listen(server, options.host, options.port)
  } catch (error) {
    stopWatching()
    stopTelling()
    await closeAedes()
    throw error
  }
  // accept() can fail (too many open files) while the locks that are connected go on
  server.on('error', (error) => log.error({ err: error }, 'the MQTT listener reports a fault'))

  const closeAll = async (): Promise<void> => {
    stopWatching()
    const listenerClosed = once(server, 'close')
    server.close()
    const streams = [...connections.all()].map((connection) => {
      const streamClosed = new Promise((resolve) => connection.stream.once('close', resolve))
      endings.end(connection, 'broker-closed')
      return streamClosed
    })
    await Promise.all([listenerClosed, ...streams])
    await closeAedes()
    stopTelling()
    for (const quiet of [warnings, refusals]) quiet.close()
  }
  let closing: Promise<void> | null = null

  const cutOff = (lockId: LockId, forMs: number): void => {
    rates.cutOff(lockId, clock.monotonicMs() + forMs)
    const connection = connections.ofLock(lockId)
    if (connection !== null) endings.end(connection, 'cut-off')
  }

  return {
    ...boundTo(server),
    openGatewayPort: gatewayPorts(aedes, site, connections, cutOff),
    disconnectLock: (lockId) => {
      rates.forget(lockId)
      const connection = connections.ofLock(lockId)
      if (connection !== null) endings.end(connection, 'credential-changed')
    },
    counters: () => structuredClone(counters),
    close: () => {
      closing ??= closeAll()
      return closing
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port, backlog: LISTEN_BACKLOG })
  await once(server, 'listening')
}

function boundTo(server: Server): { host: string; port: number } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the MQTT listener has no address')
  return { host: address.address, port: address.port }
}
