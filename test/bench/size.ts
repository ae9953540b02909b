import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { growthExponent, median, round } from './figures.ts'
import { KeyTaps, keptAgent, loadOpens, timedRequest } from './load.ts'
import type { Plan } from './plan.ts'
import { keyUuid, type Seed, seedStore } from './seed.ts'
import { Site, startLocks } from './site.ts'

const SMALL = 1_000
const ROUNDS = 7

export interface SizeRatio {
  readonly keys: number
  readonly p50SmallMs: number
  readonly p50LargeMs: number
  readonly ratios: readonly number[]
}

/** One open after the other, in turns on a small and a large store: does the past cost the present anything? */
export async function measureSize(small: Seed, large: Seed, plan: Plan): Promise<SizeRatio> {
  const locks = Math.min(plan.locks, 200)
  const sites = { small: await Site.gateway(small, locks), large: await Site.gateway(large, locks) }
  // Keys of locks that are played, spread over the whole of each store.
  const taps = { small: keysOf(locks, SMALL), large: keysOf(locks, plan.million) }
  const agent = keptAgent(1)
  try {
    const run = async (which: 'small' | 'large', opens: number): Promise<number> => {
      const times: number[] = []
      for (let at = 0; at < opens; at += 1) {
        const { status, ms } = await timedRequest(agent, `${sites[which].facts.url}${taps[which]()}`, 'POST')
        if (status === 303) times.push(ms)
      }
      return median(times)
    }
    const opens = Math.ceil(plan.idleOpens / 2)
    await run('small', opens)
    await run('large', opens)
    const rounds: { small: number; large: number }[] = []
    for (let number = 0; number < ROUNDS; number += 1)
      rounds.push({ small: await run('small', opens), large: await run('large', opens) })
    return {
      keys: plan.million,
      p50SmallMs: round(median(rounds.map((one) => one.small))),
      p50LargeMs: round(median(rounds.map((one) => one.large))),
      ratios: rounds.map((one) => one.large / one.small),
    }
  } finally {
    agent.destroy()
    await Promise.all([sites.small.stop(), sites.large.stop()])
  }
}

/** Steps through the keys of the first `locks` locks of a store that was seeded with `plan.locks` locks or more. */
function keysOf(locks: number, keys: number): () => string {
  let at = 0
  const step = Math.max(1, Math.floor(keys / 1_000)) | 1
  return () => {
    for (;;) {
      at = (at + step) % keys
      if (at % SEEDED_LOCKS < locks) return `/temp-keys/${keyUuid(at + 1)}/open`
    }
  }
}

export const SEEDED_LOCKS = 200

/** From exec to the first 303, with locks that try to connect every 100 ms. */
export async function measureStart(seed: Seed): Promise<number> {
  const [httpPort, mqttPort] = [await freePort(), await freePort()]
  const config = path.join(seed.dataDir, 'bench-config.json')
  writeFileSync(
    config,
    JSON.stringify({
      site: { id: 'bench', name: 'Bench', timeZone: 'UTC' },
      dataDir: seed.dataDir,
      http: { listeners: [{ host: '127.0.0.1', port: httpPort }] },
      broker: { mode: 'embedded', host: '127.0.0.1', port: mqttPort },
      log: { level: 'error' },
    }),
  )
  const facts = { url: '', host: '127.0.0.1', port: mqttPort }
  const locksStarting = startLocks(facts, seed, { from: 1, count: 50, signed: true })
  await new Promise<void>((resolve) => setTimeout(resolve, 1_500))
  const main = fileURLToPath(import.meta.resolve('#gateway/latchkey.mjs'))
  const startMs = performance.now()
  const gateway = spawn(process.execPath, [main, 'serve', '--config', config], { stdio: 'ignore' })
  try {
    await firstOpen(`http://127.0.0.1:${httpPort}/temp-keys/${keyUuid(1)}/open`)
    return performance.now() - startMs
  } finally {
    // Locks that are still on their way would never be ready without it.
    const locks = await locksStarting
    await endProcess(gateway)
    await locks.stop()
  }
}

async function firstOpen(url: string): Promise<void> {
  const agent = keptAgent(1)
  const deadlineMs = performance.now() + 60_000
  while (performance.now() < deadlineMs) {
    const status = await timedRequest(agent, url, 'POST').then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 303) return agent.destroy()
    await new Promise<void>((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('no door opened within a minute')
}

async function endProcess(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

export interface Growth {
  readonly points: readonly { factor: number; locks: number; keys: number; cpuMsPerOpen: number; opensPerS: number }[]
  /** k of cost ∝ size^k: 0 means that size costs nothing. */
  readonly exponent: number
}

/** The same load on sites of 1×, 2×, 4×, 8× the locks and keys. */
export async function measureGrowth(plan: Plan, dirOf: (name: string) => string): Promise<Growth> {
  const points: Growth['points'][number][] = []
  for (const factor of plan.growth) {
    const [locks, keys] = [125 * factor, 5_000 * factor]
    const seed = await seedStore(dirOf(`growth-${factor}`), { locks, keys, openings: keys })
    const site = await Site.gateway(seed, locks)
    try {
      const taps = new KeyTaps(keys)
      await loadOpens(site.facts.url, 50, 1, taps)
      const before = await site.use()
      const load = await loadOpens(site.facts.url, 50, Math.min(3, plan.secondsARound), taps)
      const cpuMs = (await site.use()).cpuMs - before.cpuMs
      points.push({
        factor,
        locks,
        keys,
        cpuMsPerOpen: round(cpuMs / load.opened),
        opensPerS: round(load.opensPerS, 1),
      })
    } finally {
      await site.stop()
    }
  }
  return {
    points,
    exponent: round(growthExponent(points.map(({ factor, cpuMsPerOpen }) => ({ size: factor, cost: cpuMsPerOpen })))),
  }
}
