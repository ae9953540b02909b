import type { Burst, SlowCard } from './crowd.ts'
import { median, quantile, round } from './figures.ts'
import type { Memory } from './memory.ts'
import type { SizeRatio } from './size.ts'
import type { ThroughputResult } from './throughput.ts'

export interface Bar {
  readonly id: string
  readonly what: string
  readonly value: number
  readonly bar: number
  readonly met: boolean
}

export interface Measured {
  readonly throughput: ThroughputResult
  readonly burst: Burst
  readonly size: SizeRatio
  readonly startMs: number
  readonly memory: readonly Memory[]
  readonly slowCard: SlowCard
}

const atLeast = (id: string, what: string, value: number, bar: number): Bar => ({
  id,
  what,
  value: round(value),
  bar,
  met: value >= bar,
})
const atMost = (id: string, what: string, value: number, bar: number): Bar => ({
  id,
  what,
  value: round(value),
  bar: round(bar),
  met: value <= bar,
})

/** What is promised of speed, and what was measured. Ratios are medians over rounds. */
export function judge({ throughput, burst, size, startMs, memory, slowCard }: Measured): Bar[] {
  const largest = memory.at(-1)
  return [
    atLeast('full-vs-floor-a', 'opens/s against no checks, signatures or store', median(throughput.fullVsA), 0.35),
    atLeast('full-vs-floor-b', 'opens/s against signatures without a store', median(throughput.fullVsB), 0.85),
    atMost('cpu-vs-floor-b', 'CPU time per open against floor B', median(throughput.cpuVsB), 1.35),
    atMost('own-time-p50-ms', 'gateway’s own time per open when idle, median', quantile(throughput.ownTimesMs, 0.5), 3),
    atMost('own-time-p99-ms', 'gateway’s own time per open when idle, 99 %', quantile(throughput.ownTimesMs, 0.99), 15),
    atMost(
      'million-keys-ratio',
      `time per open with ${size.keys} keys and openings against 1,000`,
      median(size.ratios),
      1.1,
    ),
    atMost(
      'burst-1000-p99-ms',
      `${burst.opened} of ${burst.locks} locks opened at once`,
      burst.opened === burst.locks ? burst.p99Ms : Number.POSITIVE_INFINITY,
      2_000,
    ),
    atMost(
      'kb-per-lock',
      `memory per lock at ${largest?.locks} connected, against a bare connection × 1.35`,
      largest?.kbPerLock ?? Number.NaN,
      (largest?.bareKbPerLock ?? Number.NaN) * 1.35,
    ),
    atMost('start-million-keys-ms', `exec to first open with ${size.keys} keys and openings`, startMs, 1_500),
    atMost(
      'slow-card-read-delay-p99-ms',
      `added to an HTTP read while a commit takes ${slowCard.commitDelayMs} ms, 99 %`,
      slowCard.addedMs,
      5,
    ),
  ]
}
