import type { CpuByThread } from './cpu-by-thread.ts'
import { mean, median, round, spread } from './figures.ts'
import { KeyTaps, keptAgent, loadOpens, timedRequest } from './load.ts'
import type { Plan } from './plan.ts'
import type { Seed } from './seed.ts'
import { Site, type Use } from './site.ts'

export const VARIANTS = ['floor-a', 'floor-b', 'floor-c', 'full'] as const
export type Variant = (typeof VARIANTS)[number]

export interface Throughput {
  readonly connections: number
  readonly variant: Variant
  readonly opensPerS: number
  readonly spread: readonly [number, number]
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMsPerOpen: number
  /** Of each kind of thread, µs of CPU. */
  readonly threadUsPerOpen: CpuByThread
  readonly notOpened: number
}

export interface ThroughputResult {
  readonly rows: readonly Throughput[]
  /** Of each round at 50 connections: full against the floor of the same round. */
  readonly fullVsA: readonly number[]
  readonly fullVsB: readonly number[]
  readonly fullVsC: readonly number[]
  readonly cpuVsC: readonly number[]
  readonly ownTimesMs: readonly number[]
}

/** The connections at which the bars are judged: a busy evening, not a stampede. */
const JUDGED_AT = 50
/** Where it is shown what the store alone adds. */
const STORED_AT: readonly number[] = [1, JUDGED_AT]

/** Floors and gateway side by side, alternating, so that what else the machine does meets all of them. */
export async function measureThroughput(
  seeds: { readonly busy: Seed; readonly stored: Seed },
  plan: Plan,
  say: (line: string) => void,
): Promise<ThroughputResult> {
  const seed = seeds.busy
  const sites: Record<Variant, Site> = {
    'floor-a': await Site.floor(seed, plan.busyLocks, { signed: false, stored: false }),
    'floor-b': await Site.floor(seed, plan.busyLocks, { signed: true, stored: false }),
    'floor-c': await Site.floor(seeds.stored, plan.busyLocks, { signed: true, stored: true }),
    full: await Site.gateway(seed, plan.busyLocks),
  }
  try {
    const taps = new KeyTaps(plan.keys)
    for (const variant of VARIANTS) await loadOpens(sites[variant].facts.url, 50, Math.min(2, plan.secondsARound), taps)
    const measured: (Throughput & { round: number })[] = []
    for (let number = 1; number <= plan.rounds; number += 1) {
      for (const connections of plan.connections) {
        for (const variant of VARIANTS) {
          const site = sites[variant]
          if (variant === 'floor-c' && !STORED_AT.includes(connections)) continue
          const before = await site.use()
          const load = await loadOpens(site.facts.url, connections, plan.secondsARound, taps)
          const after = await site.use()
          const row = {
            connections,
            variant,
            opensPerS: load.opensPerS,
            spread: [0, 0] as const,
            p50Ms: load.p50Ms,
            p99Ms: load.p99Ms,
          }
          measured.push({
            ...row,
            cpuMsPerOpen: (after.cpuMs - before.cpuMs) / load.opened,
            threadUsPerOpen: threadUsPerOpen(before, after, load.opened),
            notOpened: load.others,
            round: number,
          })
          say(
            `round ${number}/${plan.rounds}  ${connections} connections  ${variant}: ${Math.round(load.opensPerS)} opens/s`,
          )
        }
      }
    }
    const ownTimesMs = await measureOwnTime(sites.full, plan, taps)
    const ratios = (against: Variant, of: (row: Throughput) => number) =>
      Array.from({ length: plan.rounds }, (_, index) => {
        const at = (variant: Variant) =>
          measured.find((row) => row.round === index + 1 && row.connections === JUDGED_AT && row.variant === variant)
        const [full, floor] = [at('full'), at(against)]
        return full === undefined || floor === undefined ? Number.NaN : of(full) / of(floor)
      })
    return {
      rows: plan.connections.flatMap((connections) =>
        VARIANTS.flatMap((variant) =>
          summary(measured.filter((row) => row.connections === connections && row.variant === variant)),
        ),
      ),
      fullVsA: ratios('floor-a', (row) => row.opensPerS),
      fullVsB: ratios('floor-b', (row) => row.opensPerS),
      fullVsC: ratios('floor-c', (row) => row.opensPerS),
      cpuVsC: ratios('floor-c', (row) => row.cpuMsPerOpen),
      ownTimesMs,
    }
  } finally {
    await Promise.all(VARIANTS.map((variant) => sites[variant].stop()))
  }
}

/** One row of several rounds; none when nothing was measured. */
function summary(rows: readonly Throughput[]): Throughput[] {
  const [first] = rows
  if (first === undefined) return []
  const rates = rows.map((row) => row.opensPerS)
  const kinds = Object.keys(first.threadUsPerOpen)
  return [
    {
      connections: first.connections,
      variant: first.variant,
      opensPerS: round(median(rates), 1),
      spread: spread(rates),
      p50Ms: median(rows.map((row) => row.p50Ms)),
      p99Ms: median(rows.map((row) => row.p99Ms)),
      cpuMsPerOpen: round(mean(rows.map((row) => row.cpuMsPerOpen))),
      threadUsPerOpen: Object.fromEntries(
        kinds.map((kind) => [kind, Math.round(median(rows.map((row) => row.threadUsPerOpen[kind] ?? 0)))]),
      ),
      notOpened: rows.reduce((sum, row) => sum + row.notOpened, 0),
    },
  ]
}

function threadUsPerOpen(before: Use, after: Use, opened: number): CpuByThread {
  return Object.fromEntries(
    Object.entries(after.threads).map(([kind, ms]) => [kind, ((ms - (before.threads[kind] ?? 0)) * 1_000) / opened]),
  )
}

/** One open after the other: what the caller waited, less what the lock itself took. */
async function measureOwnTime(site: Site, plan: Plan, taps: KeyTaps): Promise<number[]> {
  const agent = keptAgent(1)
  const [locks] = site.locks
  await locks?.ask('took')
  const waited = new Map<string, number>()
  for (let opens = 0; opens < plan.idleOpens; opens += 1) {
    const { status, ms, openingId } = await timedRequest(agent, `${site.facts.url}${taps.nextPath()}`, 'POST')
    if (status === 303) waited.set(openingId, ms)
  }
  agent.destroy()
  const took = (await locks?.ask<Record<string, number>>('took')) ?? {}
  return [...waited].flatMap(([openingId, ms]) => (took[openingId] === undefined ? [] : [ms - took[openingId]]))
}
