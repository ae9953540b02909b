import { Registry } from 'prom-client'
import type { BrokerCounters } from '#broker/broker-counters.ts'
import type { OpeningsMeter } from '#domain/openings/openings-meter.ts'
import { brokerMetrics } from './broker-metrics.ts'
import { openingMetrics } from './opening-metrics.ts'
import { processMetrics } from './process-metrics.ts'
import { type MeasuredSite, siteMetrics } from './site-metrics.ts'
import { commitMetrics, diskMetrics } from './store-metrics.ts'

/** What is known once the whole gateway is there. */
export interface MeasuredGateway extends MeasuredSite {
  readonly version: string
  linesLost(): number
  jobsWaiting(): number
  freePercent(): number | null
  /** Null with an external broker. */
  readonly brokerCounters: (() => BrokerCounters) | null
}

/** What one gateway measures, in a registry of its own: two gateways of one process don't share it. */
export class GatewayMetrics {
  readonly #registry = new Registry()
  readonly openings: OpeningsMeter = openingMetrics(this.#registry)
  readonly commits = commitMetrics(this.#registry)
  #collecting: Promise<string> | null = null

  /** The answer ends the measuring. */
  watch(gateway: MeasuredGateway): () => void {
    const { brokerCounters } = gateway
    diskMetrics(this.#registry, gateway)
    siteMetrics(this.#registry, gateway)
    if (brokerCounters !== null) brokerMetrics(this.#registry, brokerCounters)
    return processMetrics(this.#registry, gateway)
  }

  /** In Prometheus' text form. Whoever asks while somebody else is being answered gets the same. */
  readonly text = (): Promise<string> => {
    this.#collecting ??= this.#registry.metrics().finally(() => {
      this.#collecting = null
    })
    return this.#collecting
  }
}
