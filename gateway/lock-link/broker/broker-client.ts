import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { BrokerConnection } from '#lock-link/lock-link-options.ts'
import type { LockId, SiteId } from '#protocol/ids.ts'
import { connectMqttBroker } from './mqtt-broker-client.ts'

export interface BrokerClientEvents {
  /** Connected and subscribed: what is asked now can be answered. */
  onReady(): void
  onGone(): void
  onMessage(topic: string, payload: Buffer, retained: boolean): void
}

export interface PublishTerms {
  /** After so long it has lost its meaning, and no reconnect sends it any more. */
  readonly forMs: number
  /** A command that moves a bolt: no broker may keep it for a lock that is away. */
  readonly isOpen: boolean
}

export interface BrokerClient {
  readonly ready: boolean
  /** As far as the broker tells, what is published now reaches the lock: a broker elsewhere tells nothing of its locks. */
  reaches(lockId: LockId): boolean
  /**
   * Hands one message to a lock's command topic, not retained. False when there is no connection (to the broker, or of the
   * lock where the broker can tell): then nothing was handed over and nothing ever will be.
   */
  publish(lockId: LockId, message: string, how: PublishTerms): boolean
  /** Does what this broker can to hear nothing of the lock for `forMs`. */
  cutOff(lockId: LockId, forMs: number): void
  close(): Promise<void>
}

/** The gateway's place at its broker, whichever the site has. */
export const connectBroker = (
  site: SiteId,
  broker: BrokerConnection,
  events: BrokerClientEvents,
  { clock, log }: { clock: Clock; log: Log },
): BrokerClient =>
  broker.kind === 'embedded'
    ? openEmbedded(broker, events, log)
    : connectMqttBroker(site, broker, events, { clock, log })

/** A call in this process instead of a connection: nothing can be lost on the way, so nothing is ever sent again. */
function openEmbedded(
  broker: Extract<BrokerConnection, { kind: 'embedded' }>,
  events: BrokerClientEvents,
  log: Log,
): BrokerClient {
  let ready = false
  const port = broker.openPort({
    // The broker has thrown retained messages away already.
    onMessage: (topic, payload) => events.onMessage(topic, payload, false),
    onClosed: () => {
      if (!ready) return
      ready = false
      log.warn({ broker: broker.kind }, 'connection to the broker lost')
      events.onGone()
    },
  })
  // Not before whoever opens it holds it.
  setImmediate(() => {
    if (closed) return
    ready = true
    log.info({ broker: broker.kind }, 'connected to the broker')
    events.onReady()
  })
  let closed = false
  return {
    get ready() {
      return ready
    },
    reaches: (lockId) => ready && port.reaches(lockId),
    publish: (lockId, message) => ready && port.deliver(lockId, message),
    cutOff: (lockId, forMs) => port.cutOff(lockId, forMs),
    close: async () => {
      closed = true
      ready = false
      port.close()
    },
  }
}
