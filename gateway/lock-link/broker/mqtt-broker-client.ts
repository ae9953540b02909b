import mqtt, { type MqttClient, type Packet } from 'mqtt'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { BrokerConnection } from '#lock-link/lock-link-options.ts'
import { newNonce, type SiteId } from '#protocol/ids.ts'
import { lockTopic, siteFilter } from '#protocol/topics.ts'
import type { BrokerClient, BrokerClientEvents } from './broker-client.ts'

const UPLINKS = ['ack', 'event', 'presence'] as const

type ExternalBroker = Extract<BrokerConnection, { kind: 'external' }>

/** The gateway's one connection to a broker elsewhere. Publishes made while disconnected are refused, never queued. */
export function connectMqttBroker(
  site: SiteId,
  broker: ExternalBroker,
  events: BrokerClientEvents,
  { clock, log }: { clock: Clock; log: Log },
): BrokerClient {
  const client = openClient(broker)
  let ready = false
  let isClosed = false

  client.on('connect', () => {
    const filters = Object.fromEntries(UPLINKS.map((kind) => [siteFilter(site, kind), { qos: 1 as const }]))
    client.subscribe(filters, (error, granted) => {
      if (error || granted?.some(({ qos }) => qos === 128)) {
        log.error(
          { cause: error?.message ?? 'refused' },
          'the broker refused the gateway’s subscriptions: check its user and rights',
        )
        return
      }
      ready = true
      log.info({ broker: broker.kind }, 'connected to the broker')
      events.onReady()
    })
  })
  client.on('close', () => {
    if (!ready) return
    ready = false
    log.warn({ broker: broker.kind }, 'connection to the broker lost')
    events.onGone()
  })
  client.on('error', (error) => log.error({ broker: broker.kind, cause: error.message }, 'broker connection failed'))
  client.on('message', (topic, payload, packet) => events.onMessage(topic, payload, packet.retain))

  /**
   * Uses QoS 0, because with QoS 1 a broker queues the command for a lock that is away but has a session, and the door
   * would open when the lock comes back. Nor does this client send it again after a reconnect.
   */
  const publishOnce = (topic: string, message: string): void => {
    client.publish(topic, message, { qos: 0, retain: false }, (error) => {
      if (error) log.warn({ topic, cause: error.message }, 'command not handed to the broker')
    })
  }

  return {
    get ready() {
      return ready && client.connected
    },
    reaches: () => ready && client.connected,
    // An external broker can't be told to disconnect a client; the inbox drops the lock's messages instead.
    cutOff: () => {},
    /** A ping: what the gateway may publish and hear at a broker elsewhere are two different things. */
    roundTrip: (done) => {
      if (!ready || !client.connected) return
      const hear = ({ cmd }: Packet): void => {
        if (cmd === 'pingresp') end(done)
      }
      const gone = (): void => end()
      const end = (then = () => {}): void => {
        client.off('packetreceive', hear)
        client.off('close', gone)
        then()
      }
      client.on('packetreceive', hear)
      client.on('close', gone)
      client.sendPing()
    },
    publish(lockId, message, { forMs, isOpen }) {
      if (!ready || !client.connected) return false
      const topic = lockTopic(site, lockId, 'command')
      if (isOpen) {
        publishOnce(topic, message)
        return true
      }
      let confirmed = false
      let stopTimer = (): void => {}
      client.publish(topic, message, { qos: 1, retain: false }, (error) => {
        // MQTT.js may reuse the message id from here on, so the timer must not remove another message by it.
        confirmed = true
        stopTimer()
        if (error) log.warn({ topic, cause: error.message }, 'publish not confirmed by the broker')
      })
      const messageId = client.getLastMessageId()
      const forget = () => {
        // What it kept ended with it.
        if (isClosed) return
        // MQTT.js lists what it sends again when a reconnect begins. If one is under way, it must be broken off: only
        // the next reconnect makes a list without this message.
        if (!ready) client.stream.destroy()
        client.removeOutgoingMessage(messageId)
      }
      if (!confirmed) stopTimer = clock.startTimer(forMs, forget)
      return true
    },
    close: async () => {
      isClosed = true
      ready = false
      await client.endAsync(true)
    },
  }
}

function openClient(broker: ExternalBroker): MqttClient {
  const client = mqtt.connect(broker.url, {
    protocolVersion: 4,
    clean: true,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: 30,
    reconnectPeriod: 1_000,
    // A broker that restarts refuses for a moment; without this, one refusal would end the link for good.
    reconnectOnConnackError: true,
    connectTimeout: 5_000,
    // Where a broker does not bind client ids to users, whoever knew this one could take its place again and again.
    clientId: `latchkey-${newNonce().slice(0, 14)}`,
    // Without this, MQTT.js formats a debug message for every packet, even when nobody reads it.
    log: () => {},
    username: broker.userName,
    password: broker.password,
  })
  client.on('connect', () => {
    // Nagle's algorithm and delayed acks together cost 40 ms a message.
    if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true)
  })
  return client
}
