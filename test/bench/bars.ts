import type { Burst, SlowCard } from './crowd.ts'
import { median, quantile, round } from './figures.ts'
import type { Hostile } from './hostile.ts'
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

/** Shown beside the bars, and judged by nobody: what limits it is not the gateway's. */
export interface Fact {
  readonly id: string
  readonly what: string
  readonly value: number
}

export interface Measured {
  readonly throughput: ThroughputResult
  readonly burst: Burst
  readonly size: SizeRatio
  readonly startMs: number
  readonly memory: readonly Memory[]
  readonly slowCard: SlowCard
  readonly hostile: Hostile
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
export function judge({ throughput, burst, size, startMs, memory, slowCard, hostile }: Measured): Bar[] {
  const largest = memory.at(-1)
  const { newcomers } = hostile
  return [
    atLeast(
      'full-vs-floor-c',
      'opens/s against signatures and the store alone, 50 connections',
      median(throughput.fullVsC),
      0.95,
    ),
    atMost('cpu-vs-floor-c', 'CPU time per open against the same', median(throughput.cpuVsC), 1.15),
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
      1_200,
    ),
    atMost(
      'kb-per-lock',
      `memory per lock at ${largest?.locks} connected, against a bare connection`,
      largest?.kbPerLock ?? Number.NaN,
      largest?.bareKbPerLock ?? Number.NaN,
    ),
    atMost('start-million-keys-ms', `exec to first open with ${size.keys} keys and openings`, startMs, 1_500),
    atMost(
      'slow-card-read-delay-p99-ms',
      `added to an HTTP read while a commit takes ${slowCard.commitDelayMs} ms, 99 %`,
      slowCard.addedMs,
      5,
    ),
    atMost(
      'hostile-open-p99-ms',
      `${hostile.opened} of ${hostile.taps} taps opened at ${hostile.locks} locks while others attack, 99 %`,
      hostile.opened === hostile.taps ? hostile.p99Ms : Number.POSITIVE_INFINITY,
      500,
    ),
    atMost(
      'newcomer-open-p99-ms',
      `${newcomers.opened} of ${newcomers.taps} taps opened, each on a new connection, while 1,000 strangers guess, 99 %`,
      newcomers.opened === newcomers.taps ? newcomers.p99Ms : Number.POSITIVE_INFINITY,
      1_000,
    ),
    atMost('hostile-rss-mb', 'memory above idle while others attack', hostile.grownRssMb, 150),
  ]
}

export const facts = ({ fullVsA, fullVsB }: ThroughputResult): Fact[] => [
  {
    id: 'full-vs-floor-a',
    what: 'opens/s against no checks, signatures or store: four signatures alone leave about 0.3',
    value: round(median(fullVsA)),
  },
  {
    id: 'full-vs-floor-b',
    what: 'opens/s against signatures without a store: the store alone leaves 0.7 to 0.9',
    value: round(median(fullVsB)),
  },
]
