import { Child } from './child.ts'
import { round } from './figures.ts'
import type { Plan } from './plan.ts'
import type { Seed } from './seed.ts'
import { type Facts, Site, startLocks, type Use } from './site.ts'

export interface Memory {
  readonly locks: number
  readonly kbPerLock: number
  readonly bareKbPerLock: number
  readonly connectMsPerLock: number
}

/** Locks connect through a few processes, so that none of them is what is measured. */
const LOCKS_A_PROCESS = 1_250

/** What a connected lock costs the gateway, and what a connection costs Aedes alone. */
export async function measureMemory(seed: Seed, plan: Plan): Promise<Memory[]> {
  const rows: Memory[] = []
  for (const locks of plan.memoryLocks) {
    const bare = await Child.start('bare-broker-process.ts', {}, ['--expose-gc'])
    const bareKb = await perLock(bare, await bare.ask<Facts>('facts'), seed, locks, false)
    const site = await Site.gateway(seed, 0, ['--expose-gc'])
    const ours = await perLock(site.server, site.facts, seed, locks, true, () => site.untilOnline(locks))
    await site.stop()
    rows.push({ locks, kbPerLock: ours.kb, bareKbPerLock: bareKb.kb, connectMsPerLock: ours.connectMs })
    await bare.stop()
  }
  return rows
}

async function perLock(
  server: Child,
  facts: Facts,
  seed: Seed,
  locks: number,
  signed: boolean,
  untilReady: () => Promise<void> = async () => {},
): Promise<{ kb: number; connectMs: number }> {
  await server.ask('collect')
  const before = await server.ask<Use>('use')
  const startMs = performance.now()
  const parts: Child[] = []
  for (let from = 1; from <= locks; from += LOCKS_A_PROCESS) {
    parts.push(await startLocks(facts, seed, { from, count: Math.min(LOCKS_A_PROCESS, locks - from + 1), signed }))
  }
  await untilReady()
  const connectMs = performance.now() - startMs
  await server.ask('collect')
  const after = await server.ask<Use>('use')
  await Promise.all(parts.map((part) => part.stop()))
  return { kb: round((after.rssBytes - before.rssBytes) / 1_024 / locks, 1), connectMs: round(connectMs / locks, 2) }
}
