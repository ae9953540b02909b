import type { Aedes, AedesPublishPacket, Client } from 'aedes'
import { type LockId, newNonce, type SiteId } from '#protocol/ids.ts'
import { lockTopic, siteFilter } from '#protocol/topics.ts'
import type { Connections } from './connections/connections.ts'

/** The gateway's own place at the broker, inside this process: no stream, no credential, and no other rights than these. */
export interface GatewayPort {
  /**
   * Has one message written, QoS 1 and not retained, to the lock's present connection, if that is still there then. False when it has none, or has not
   * subscribed to its commands in it: then nothing was written and nothing ever will be. Nothing is ever sent again.
   */
  deliver(lockId: LockId, message: string): boolean
  /** The lock is connected and listens. */
  reaches(lockId: LockId): boolean
  /** Ends the lock's connection, and refuses it for `forMs`. */
  cutOff(lockId: LockId, forMs: number): void
  /** Publishes to itself and hears it: `done` is called once the broker has passed a message on. */
  roundTrip(done: () => void): void
  close(): void
}

export interface GatewayPortEvents {
  /** What a lock published on one of its own topics; wills, too. */
  onMessage(topic: string, payload: Buffer): void
  /** The broker has closed: nothing is delivered any more. */
  onClosed(): void
}

const UPLINKS = ['ack', 'event', 'presence'] as const

/** Opens ports of one broker. A command goes to its lock's connection and by no subscription, so that it can't go astray. */
export function gatewayPorts(
  aedes: Aedes,
  site: SiteId,
  connections: Connections,
  cutOff: (lockId: LockId, forMs: number) => void,
) {
  const open = new Set<GatewayPort>()
  const listening = (lockId: LockId): Client | null => {
    const connection = connections.ofLock(lockId)
    const client = connection?.subscriber ?? null
    return client === null || connection?.ended !== null || client.closed ? null : client
  }

  return (events: GatewayPortEvents): GatewayPort => {
    const hear = (packet: AedesPublishPacket, done: () => void): void => {
      events.onMessage(packet.topic, typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload)
      done()
    }
    for (const kind of UPLINKS) aedes.subscribe(siteFilter(site, kind), hear, () => {})
    const port: GatewayPort = {
      deliver: (lockId, message) => {
        const client = listening(lockId)
        if (client === null || !open.has(port)) return false
        client.publish(
          {
            cmd: 'publish',
            topic: lockTopic(site, lockId, 'command'),
            payload: Buffer.from(message, 'latin1'),
            qos: 1,
            retain: false,
            dup: false,
          },
          () => {},
        )
        return true
      },
      reaches: (lockId) => listening(lockId) !== null && open.has(port),
      cutOff,
      roundTrip: (done) => {
        // Below $SYS and its like no lock may publish or subscribe.
        const topic = `$latchkey/round-trip/${newNonce()}`
        const heard = (_packet: AedesPublishPacket, next: () => void): void => {
          aedes.unsubscribe(topic, heard, () => {})
          next()
          if (open.has(port)) done()
        }
        aedes.subscribe(topic, heard, () => {
          aedes.publish({ cmd: 'publish', topic, payload: '', qos: 0, retain: false, dup: false }, () => {})
        })
      },
      close: () => {
        if (!open.delete(port)) return
        for (const kind of UPLINKS) aedes.unsubscribe(siteFilter(site, kind), hear, () => {})
        events.onClosed()
      },
    }
    open.add(port)
    aedes.once('closed', port.close)
    return port
  }
}
