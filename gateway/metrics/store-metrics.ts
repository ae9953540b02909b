import { Gauge, Histogram, type Registry } from 'prom-client'

/** A good card commits in some milliseconds. */
const COMMIT_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** How long the disk takes; the answer is told of each commit. */
export function commitMetrics(registry: Registry): { committed(durationMs: number): void } {
  const commits = new Histogram({
    name: 'latchkey_commit_seconds',
    help: 'From changes handed over to the store to all of them on the disk.',
    buckets: COMMIT_BUCKETS_S,
    registers: [registry],
  })
  return { committed: (durationMs) => commits.observe(durationMs / 1_000) }
}

/** How much waits for the disk, and how much room it has. */
export function diskMetrics(
  registry: Registry,
  { jobsWaiting, freePercent }: { jobsWaiting(): number; freePercent(): number | null },
): void {
  new Gauge({
    name: 'latchkey_store_jobs_waiting',
    help: 'Changes that wait for the disk.',
    registers: [registry],
    collect() {
      this.set(jobsWaiting())
    },
  })
  new Gauge({
    name: 'latchkey_disk_free_ratio',
    help: 'Room on the disk that holds the data directory, 0 to 1; NaN while nobody knows.',
    registers: [registry],
    collect() {
      const percent = freePercent()
      this.set(percent === null ? Number.NaN : percent / 100)
    },
  })
}
