import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

const LOOKED_AT_EVERY_MS = 10
const QUANTILES = [0.5, 0.99, 1] as const

/** The process itself, under the names that everybody's dashboards know. The answer ends the measuring. */
export function processMetrics(
  registry: Registry,
  { version, linesLost }: { readonly version: string; linesLost(): number },
): () => void {
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution: LOOKED_AT_EVERY_MS })
  delay.enable()
  new Gauge({
    name: 'latchkey_event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape, by quantile; quantile 1 is the worst.',
    labelNames: ['quantile'] as const,
    registers,
    collect() {
      for (const quantile of QUANTILES) {
        const lateMs = delay.percentile(quantile * 100) / 1e6 - LOOKED_AT_EVERY_MS
        this.set({ quantile: String(quantile) }, Math.max(0, lateMs) / 1_000)
      }
      delay.reset()
    },
  })
  new Counter({
    name: 'latchkey_log_lines_lost_total',
    help: 'Lines of the log that nobody took.',
    registers,
    collect() {
      this.reset()
      this.inc(linesLost())
    },
  })
  new Gauge({
    ...{ name: 'latchkey_build_info', help: 'Always 1; its labels tell what runs.', registers },
    labelNames: ['version', 'node'] as const,
  }).set({ version, node: process.versions.node }, 1)
  new Counter({
    ...{ name: 'process_cpu_seconds_total', help: 'Time that the process used of all cores.', registers },
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  new Gauge({
    ...{ name: 'process_resident_memory_bytes', help: 'Memory that the process holds.', registers },
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Gauge({
    ...{ name: 'process_start_time_seconds', help: 'When the process started, in seconds since 1970.', registers },
  }).set(Math.round(performance.timeOrigin) / 1_000)
  return () => delay.disable()
}
