import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { BrokerConnection } from '#lock-link/lock-link-options.ts'
import type { SiteId } from '#protocol/ids.ts'
import type { BrokerClient, BrokerClientEvents } from './broker-client.ts'
import { openEmbeddedBroker } from './embedded-broker-client.ts'
import { connectMqttBroker } from './mqtt-broker-client.ts'

/** The gateway's place at its broker, whichever the site has. */
export const connectBroker = (
  site: SiteId,
  broker: BrokerConnection,
  events: BrokerClientEvents,
  { clock, log }: { clock: Clock; log: Log },
): BrokerClient =>
  broker.kind === 'embedded'
    ? openEmbeddedBroker(broker, events, log)
    : connectMqttBroker(site, broker, events, { clock, log })
