import { quantile, round } from './figures.ts'
import { KeyTaps, keptAgent, timedRequest } from './load.ts'
import type { Plan } from './plan.ts'
import type { Seed } from './seed.ts'
import { Site } from './site.ts'

export interface Burst {
  readonly locks: number
  readonly opened: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** One network has a quarter of a listener's connections: a crowd comes from many. */
const OF_ONE_ADDRESS = 200

/** Every lock of the site, one open each, all at once. */
export async function measureBurst(seed: Seed, plan: Plan): Promise<Burst> {
  const site = await Site.gateway(seed, plan.locks)
  try {
    const taps = new KeyTaps(plan.keys)
    const agents = Array.from({ length: Math.ceil(plan.locks / OF_ONE_ADDRESS) }, (_, at) =>
      keptAgent(OF_ONE_ADDRESS, `127.0.0.${at + 1}`),
    )
    const answers = await Promise.all(
      agents.flatMap((agent, at) =>
        Array.from({ length: Math.min(OF_ONE_ADDRESS, plan.locks - at * OF_ONE_ADDRESS) }, () =>
          timedRequest(agent, `${site.facts.url}${taps.nextPath()}`, 'POST'),
        ),
      ),
    )
    for (const agent of agents) agent.destroy()
    const times = answers.map(({ ms }) => ms)
    return {
      locks: plan.locks,
      opened: answers.filter(({ status }) => status === 303).length,
      p50Ms: round(quantile(times, 0.5), 1),
      p99Ms: round(quantile(times, 0.99), 1),
    }
  } finally {
    await site.stop()
  }
}

export interface SlowCard {
  readonly commitDelayMs: number
  readonly opensPerS: number
  readonly readP99FastMs: number
  readonly readP99SlowMs: number
  readonly addedMs: number
  /** From a lock's ack to the broker's word that it has it, 99 %. */
  readonly ackTakenP99FastMs: number
  readonly ackTakenP99SlowMs: number
}

const SLOW_COMMIT_MS = 50

/** Every commit takes 50 ms more: opens wait for it, and a read must not. */
export async function measureSlowCard(seed: Seed, plan: Plan): Promise<SlowCard> {
  const site = await Site.gateway(seed, plan.busyLocks)
  try {
    const taps = new KeyTaps(plan.keys)
    const rounds = async () => {
      const agent = keptAgent(32)
      const reads: number[] = []
      let opened = 0
      const startMs = performance.now()
      const untilMs = startMs + (plan.slowCardSeconds * 1_000) / 2
      const opening = Array.from({ length: 16 }, async () => {
        while (performance.now() < untilMs) {
          const { status } = await timedRequest(agent, `${site.facts.url}${taps.nextPath()}`, 'POST')
          if (status === 303) opened += 1
        }
      })
      const reading = (async () => {
        const page = taps.nextPath().replace(/\/open$/, '')
        while (performance.now() < untilMs) {
          reads.push((await timedRequest(agent, `${site.facts.url}${page}`, 'GET')).ms)
          await new Promise<void>((resolve) => setTimeout(resolve, 5))
        }
      })()
      await Promise.all([...opening, reading])
      agent.destroy()
      const taken = (await site.locks[0]?.ask<number[]>('taken')) ?? []
      return {
        opensPerS: (opened * 1_000) / (performance.now() - startMs),
        readP99Ms: quantile(reads, 0.99),
        ackTakenP99Ms: quantile(taken, 0.99),
      }
    }
    await rounds()
    const fast = await rounds()
    await site.server.ask('slowCard', { commitDelayMs: SLOW_COMMIT_MS })
    const slow = await rounds()
    return {
      commitDelayMs: SLOW_COMMIT_MS,
      opensPerS: round(slow.opensPerS, 1),
      readP99FastMs: round(fast.readP99Ms, 2),
      readP99SlowMs: round(slow.readP99Ms, 2),
      addedMs: round(Math.max(0, slow.readP99Ms - fast.readP99Ms), 2),
      ackTakenP99FastMs: round(fast.ackTakenP99Ms, 2),
      ackTakenP99SlowMs: round(slow.ackTakenP99Ms, 2),
    }
  } finally {
    await site.stop()
  }
}
