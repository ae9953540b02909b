import type { CountedPresence } from '#domain/locks/presence-counts.ts'
import type { GatewayMetrics } from '#metrics/gateway-metrics.ts'

/** What a running gateway is measured by. */
export interface Instruments {
  /** Lines of the log that nobody took, since the start. */
  linesLost(): number
  /** Of the disk that holds the data directory, 0–100; null while nobody knows. */
  freePercent(): number | null
  readonly presence: CountedPresence
  readonly metrics: GatewayMetrics
}
