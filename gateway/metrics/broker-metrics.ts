import { Counter, Gauge, type Registry } from 'prom-client'
import type { BrokerCounters } from '#broker/broker-counters.ts'

const PLAIN = {
  accepted: ['latchkey_broker_accepted_total', 'Connections that the broker let in.'],
  takeovers: ['latchkey_broker_takeovers_total', 'Connections that took the place of an older one of the same lock.'],
  contested: ['latchkey_broker_contested_total', 'Times that two clients were seen to fight over one lock.'],
  refusedSubscriptions: ['latchkey_broker_refused_subscriptions_total', 'Subscriptions that the broker refused.'],
} as const satisfies Partial<Record<keyof BrokerCounters, readonly [string, string]>>

const BY_REASON = {
  refused: ['latchkey_broker_refused_total', 'Connections that the broker never let in, by reason.'],
  ended: ['latchkey_broker_ended_total', 'Connections that ended, by reason.'],
  dropped: ['latchkey_broker_dropped_total', 'Messages of locks that went to nobody, by reason.'],
} as const satisfies Partial<Record<keyof BrokerCounters, readonly [string, string]>>

/** What the embedded broker counts. Whoever has an external one asks that. */
export function brokerMetrics(registry: Registry, counters: () => BrokerCounters): void {
  const registers = [registry]
  new Gauge({
    name: 'latchkey_broker_connected',
    help: 'Locks that are connected to the broker now.',
    registers,
    collect() {
      this.set(counters().connected)
    },
  })
  for (const name of ['accepted', 'takeovers', 'contested', 'refusedSubscriptions'] as const) {
    new Counter({
      ...{ name: PLAIN[name][0], help: PLAIN[name][1], registers },
      collect() {
        this.reset()
        this.inc(counters()[name])
      },
    })
  }
  for (const name of ['refused', 'ended', 'dropped'] as const) {
    new Counter({
      ...{ name: BY_REASON[name][0], help: BY_REASON[name][1], labelNames: ['reason'] as const, registers },
      collect() {
        this.reset()
        for (const [reason, count] of Object.entries(counters()[name])) this.inc({ reason }, count)
      },
    })
  }
}
