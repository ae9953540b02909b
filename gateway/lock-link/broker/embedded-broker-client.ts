import type { Log } from '#domain/ports.ts'
import type { BrokerConnection } from '#lock-link/lock-link-options.ts'
import type { BrokerClient, BrokerClientEvents } from './broker-client.ts'

/** A call in this process instead of a connection: nothing can be lost on the way, so nothing is ever sent again. */
export function openEmbeddedBroker(
  broker: Extract<BrokerConnection, { kind: 'embedded' }>,
  events: BrokerClientEvents,
  log: Log,
): BrokerClient {
  let ready = false
  let closed = false
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
  // onReady must run after the caller has stored this client.
  setImmediate(() => {
    if (closed) return
    ready = true
    log.info({ broker: broker.kind }, 'connected to the broker')
    events.onReady()
  })
  return {
    get ready() {
      return ready
    },
    reaches: (lockId) => ready && port.reaches(lockId),
    publish: (lockId, message) => ready && port.deliver(lockId, message),
    cutOff: (lockId, forMs) => port.cutOff(lockId, forMs),
    roundTrip: (done) => {
      if (ready) port.roundTrip(done)
    },
    close: async () => {
      closed = true
      ready = false
      port.close()
    },
  }
}
