import type { AedesOptions, AuthenticateError, Client, ConnectPacket, PublishPacket } from 'aedes'
import type { LockId, SiteId } from '#protocol/ids.ts'
import {
  type BrokerCredentials,
  CONNACK_CODES,
  type ConnectFlaw,
  connectClaim,
  passwordFlaw,
} from './access/authenticate.ts'
import { mayReceive, maySubscribe, type Party, publishDecision } from './access/authorize.ts'
import type { BrokerClock } from './broker-clock.ts'
import type { BrokerCounters, DropReason } from './broker-counters.ts'
import type { BrokerLimits } from './broker-limits.ts'
import type { BrokerLog, QuietLog } from './broker-log.ts'
import type { Connection, Connections } from './connections/connections.ts'
import type { Endings } from './connections/endings.ts'
import type { RatesOfLocks } from './connections/lock-rates.ts'

export interface HookParts {
  site: SiteId
  limits: BrokerLimits
  credentials: BrokerCredentials
  connections: Connections
  counters: BrokerCounters
  endings: Endings
  warnings: QuietLog
  rates: RatesOfLocks
  log: BrokerLog
  clock: Pick<BrokerClock, 'monotonicMs'>
  /** @param from address of the connection that was there, @param to of the one that took over */
  onTakeover(lockId: LockId, from: string, to: string): void
  /** The lock did something that a working one does not do, `count` times. */
  onExcess(lockId: LockId, count: number): void
}

export type AedesHooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

/** How many excess messages one reconnect too many counts as: it costs the broker about as much. */
const RECONNECT_EXCESS = 20

/** Where dropped publications go: aedes acknowledges them, and no subscription may ever match. */
const DROPPED_TOPIC = '$dropped'
const NO_PAYLOAD = Buffer.alloc(0)

/** Hands aedes's questions to the pure rules and its answers back. Whatever has no connection here has no rights. */
export function aedesHooks(parts: HookParts): AedesHooks {
  const { site, limits, credentials, connections, counters, endings, warnings, rates, log, clock } = parts

  const preConnect: AedesHooks['preConnect'] = (client, packet, done) => {
    const connection = connections.of(client)
    if (connection === null) return done(new Error('a connection without a stream of ours'), false)
    // Nothing is queued for an absent lock, and a refused subscription is not remembered.
    packet.clean = true
    claimLock(connection, packet)
    connection.keepaliveS = packet.keepalive ?? 0
    // Silence is watched by us: aedes's timers would end locks that spoke while this process stood still.
    packet.keepalive = 0
    const { claim } = connection
    if (claim?.kind !== 'refused') return done(null, true)
    endings.refuseWithCode(connection, claim.reason, claim.facts ?? {})
    done(new Error(`connection refused: ${claim.reason}`), false)
  }

  const claimLock = (connection: Connection, packet: ConnectPacket): void => {
    const will = packet.will
    connection.claim = connectClaim(
      site,
      {
        protocolVersion: packet.protocolVersion,
        clientId: packet.clientId,
        userName: packet.username,
        keepaliveS: packet.keepalive ?? 0,
        will: will === undefined ? null : { topic: will.topic, payload: will.payload.toString() },
      },
      limits.keepaliveMaxS,
    )
    if (will === undefined) return
    will.retain = false
    will.qos = 1
    connection.will = will
  }

  const authenticate: AedesHooks['authenticate'] = (client, _userName, password, done) => {
    const connection = connections.of(client)
    const claim = connection?.claim
    if (!connection || claim?.kind !== 'lock') return done(connackError('anonymous'), false)

    const refuse = (reason: AnsweredByAedes) => {
      endings.refuse(connection, reason)
      done(connackError(reason), false)
    }
    // Before the costly password check. No stranger can cause it: only what came with the right password is counted.
    if (rates.isCutOff(claim.lockId, clock.monotonicMs())) return refuse('cut-off')
    passwordFlaw(claim.lockId, password ?? NO_PAYLOAD, credentials).then(
      (flaw) => {
        if (connection.stream.destroyed) return
        if (flaw !== null) return refuse(flaw)
        takeOver(connection, claim.lockId)
        done(null, true)
      },
      (fault: unknown) => {
        log.error({ err: fault, lockId: claim.lockId }, 'the password of a lock could not be looked up')
        refuse('credential-unreadable')
      },
    )
  }

  const takeOver = (connection: Connection, lockId: LockId): void => {
    const nowMs = clock.monotonicMs()
    connection.rates = rates.of(lockId, nowMs)
    if (!connection.rates.connects.take(1, nowMs)) parts.onExcess(lockId, RECONNECT_EXCESS)
    const before = connections.takeOver(lockId, connection)
    if (before === null) return
    endings.end(before, 'taken-over')
    parts.onTakeover(lockId, before.address, connection.address)
  }

  const authorizePublish: AedesHooks['authorizePublish'] = (client, packet, done) => {
    const connection = connections.of(client)
    const party = partyOf(site, connection)
    if (client === null || connection === null || party === null) return done(new Error('no rights'))
    if (connection.will === packet) {
      return done(willIsTrue(client, connection) ? null : new Error('the lock is connected'))
    }
    if (connection.ended !== null) return done(new Error('the connection has ended'))

    const decision = publishDecision(party, packet)
    switch (decision.kind) {
      case 'allowed':
        if (!connection.rates?.publishes.take(1, clock.monotonicMs())) {
          drop(connection, packet, 'over-rate')
          parts.onExcess(party.lockId, 1)
        }
        return done(null)
      case 'dropped':
        drop(connection, packet, decision.reason)
        parts.onExcess(party.lockId, 1)
        return done(null)
      case 'refused':
        endings.end(connection, 'foreign-topic')
        return done(new Error(`publication refused: ${decision.reason}`))
    }
  }

  /** aedes also publishes wills of connections that were taken over, and of live ones after its timers were late. */
  const willIsTrue = (client: Client, connection: Connection): boolean => {
    const present = connection.lockId === null ? null : connections.ofLock(connection.lockId)
    return client.closed && (present === null || present === connection)
  }

  const drop = (connection: Connection, packet: PublishPacket, reason: DropReason): void => {
    counters.dropped[reason] += 1
    const { lockId } = connection
    const fields = { reason, lockId, topic: packet.topic, qos: packet.qos }
    warnings.warn(`dropped ${reason} ${lockId}`, fields, 'publication of a lock dropped', clock.monotonicMs())
    packet.topic = DROPPED_TOPIC
    packet.payload = NO_PAYLOAD
    packet.retain = false
  }

  const authorizeSubscribe: AedesHooks['authorizeSubscribe'] = (client, subscription, done) => {
    const party = partyOf(site, connections.of(client))
    // Counts as excess even for the lock's own topic: a working lock subscribes only once for each connection.
    if (party !== null) parts.onExcess(party.lockId, 1)
    if (party !== null && maySubscribe(party, subscription.topic)) return done(null, subscription)
    counters.refusedSubscriptions += 1
    const lockId = party?.lockId ?? null
    warnings.warn(`subscription ${lockId}`, { lockId }, 'subscription refused: not its own topic', clock.monotonicMs())
    done(null, null)
  }

  const authorizeForward: AedesHooks['authorizeForward'] = (client, packet) => {
    const party = partyOf(site, connections.of(client))
    return party !== null && mayReceive(party, packet.topic) ? packet : null
  }

  return { preConnect, authenticate, authorizePublish, authorizeSubscribe, authorizeForward }
}

function partyOf(site: SiteId, connection: Connection | null): Party | null {
  return connection === null || connection.lockId === null ? null : { site, lockId: connection.lockId }
}

/** Reasons whose CONNACK code aedes sends; the codes of the others are written by `refuseWithCode`. */
type AnsweredByAedes = Exclude<ConnectFlaw, 'keepalive' | 'protocol-version'>

const connackError = (reason: AnsweredByAedes): AuthenticateError =>
  Object.assign(new Error(`connection refused: ${reason}`), { returnCode: CONNACK_CODES[reason] })
