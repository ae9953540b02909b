import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import { z } from 'zod'
import { type Bar, type Fact, facts, judge } from './bars.ts'
import { measureBurst, measureSlowCard } from './crowd.ts'
import { measureMemory } from './memory.ts'
import { FULL, type Plan, QUICK } from './plan.ts'
import { plotThroughput } from './plot.ts'
import { seedStore } from './seed.ts'
import { measureGrowth, measureSize, measureStart, SEEDED_LOCKS } from './size.ts'
import { measureThroughput, type Throughput } from './throughput.ts'

const options = new Command('bench')
  .description(
    'What an open costs, side by side with what nobody can be faster than. Everything is on loopback and stops by itself.',
  )
  .option('--quick', 'under a minute, with figures too rough to be quoted')
  .option('--out <file>', 'write the figures as JSON', 'bench-results/bench.json')
  .option('--plot <file>', 'write opens per second as SVG')
  .parse()
  .opts<{ quick?: true; out: string; plot?: string }>()

const plan: Plan = options.quick ? QUICK : FULL
const startMs = performance.now()
const say = (line: string): boolean =>
  process.stderr.write(`${String(Math.round((performance.now() - startMs) / 1_000)).padStart(4)} s  ${line}\n`)
const root = mkdtempSync(path.join(tmpdir(), 'latchkey-bench-'))
const dirOf = (name: string): string => path.join(root, name)

try {
  const bars = await run()
  process.exitCode = bars.every(({ value }) => Number.isFinite(value)) ? 0 : 1
} finally {
  rmSync(root, { recursive: true, force: true })
}

async function run(): Promise<Bar[]> {
  say('filling the stores')
  const busy = await seedStore(dirOf('busy'), { locks: plan.busyLocks, keys: plan.keys, openings: 0 })
  const stored = await seedStore(dirOf('stored'), { locks: plan.busyLocks, keys: plan.keys, openings: 0 })
  const throughput = await measureThroughput({ busy, stored }, plan, say)
  say('every lock at once')
  const crowd = await seedStore(dirOf('crowd'), { locks: plan.locks, keys: plan.keys, openings: 0 })
  const burst = await measureBurst(crowd, plan)
  say('a slow card')
  const slowCard = await measureSlowCard(busy, plan)
  say(`${plan.million} keys and openings`)
  const small = await seedStore(dirOf('small'), { locks: SEEDED_LOCKS, keys: 1_000, openings: 1_000 })
  const large = await seedStore(dirOf('large'), { locks: SEEDED_LOCKS, keys: plan.million, openings: plan.million })
  const size = await measureSize(small, large, plan)
  say('start to first open')
  const [emptyStartMs, millionStartMs] = [await measureStart(small), await measureStart(large)]
  rmSync(dirOf('large'), { recursive: true })
  say('memory per lock')
  const many = await seedStore(dirOf('many'), { locks: Math.max(...plan.memoryLocks), keys: 1, openings: 0 })
  const memory = await measureMemory(many, plan)
  say('growth')
  const growth = await measureGrowth(plan, dirOf)

  const bars = judge({ throughput, burst, size, startMs: millionStartMs, memory, slowCard })
  const figures = {
    bars,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: process.platform,
    },
    versions: { latchkey: versionOf('../../package.json'), node: process.versions.node, ...libraryVersions() },
    rounds: plan.rounds,
    plan: plan.name,
    tookS: Math.round((performance.now() - startMs) / 1_000),
    throughput: throughput.rows,
    ratios: {
      fullVsA: throughput.fullVsA,
      fullVsB: throughput.fullVsB,
      fullVsC: throughput.fullVsC,
      cpuVsC: throughput.cpuVsC,
    },
    burst,
    size,
    start: { thousandKeysMs: Math.round(emptyStartMs), millionKeysMs: Math.round(millionStartMs) },
    memory,
    slowCard,
    growth,
  }
  mkdirSync(path.dirname(path.resolve(options.out)), { recursive: true })
  writeFileSync(options.out, `${JSON.stringify(figures, null, 2)}\n`)
  if (options.plot !== undefined) writeFileSync(options.plot, plotThroughput(throughput.rows))
  printTable(throughput.rows, bars, facts(throughput))
  say(`figures in ${options.out}`)
  return bars
}

function libraryVersions(): Record<string, string> {
  const names = ['aedes', 'better-sqlite3', 'fastify', 'jose', 'mqtt']
  return Object.fromEntries(names.map((name) => [name, versionOf(`../../node_modules/${name}/package.json`)]))
}

function versionOf(file: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')))
    .version
}

function printTable(rows: readonly Throughput[], bars: readonly Bar[], shown: readonly Fact[]): void {
  const lines = [
    '',
    'connections  variant    opens/s  (spread)          p50 ms  p99 ms  CPU ms/open  us by thread',
    ...rows.map((row) =>
      [
        String(row.connections).padStart(11),
        row.variant.padEnd(9),
        String(Math.round(row.opensPerS)).padStart(8),
        `(${row.spread.map(Math.round).join('–')})`.padEnd(16),
        String(row.p50Ms).padStart(7),
        String(row.p99Ms).padStart(7),
        row.cpuMsPerOpen.toFixed(3).padStart(12),
        Object.entries(row.threadUsPerOpen)
          .filter(([, us]) => us > 0)
          .map(([kind, us]) => `${kind} ${us}`)
          .join(', '),
      ].join('  '),
    ),
    '',
    ...bars.map(
      ({ id, what, value, bar, met }) =>
        `${met ? 'met   ' : 'missed'}  ${id.padEnd(28)} ${String(value).padStart(9)}  bar ${String(bar).padStart(8)}  ${what}`,
    ),
    ...shown.map(
      ({ id, what, value }) => `shown   ${id.padEnd(28)} ${String(value).padStart(9)}  ${''.padEnd(12)}  ${what}`,
    ),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
