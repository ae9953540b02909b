import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Child } from './child.ts'
import { seedStore } from './seed.ts'

/**
 * Streams the log of a million events out of a gateway, and shows how much more memory it takes, and how long another request
 * waits beside it, as an opening would: run by hand.
 */
const OPENINGS = Number(process.argv[2] ?? 333_334)
const ALONE_MS = 3_000
const dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-log-export-'))
try {
  await seedStore(dataDir, { locks: 100, keys: 10_000, openings: OPENINGS })
  const gateway = await Child.start('gateway-process.ts', { dataDir }, ['--expose-gc'])
  const { socket } = await gateway.ask<{ socket: string }>('facts')
  const { pid } = gateway
  await gateway.ask('collect')
  const idleBytes = rssOf(pid)
  let mostBytes = idleBytes
  const watch = setInterval(() => {
    mostBytes = Math.max(mostBytes, rssOf(pid))
  }, 200)
  const aloneSinceMs = performance.now()
  const alone = await waitsOf(socket, () => performance.now() - aloneSinceMs < ALONE_MS)
  const startedMs = performance.now()
  let isDone = false
  const beside = waitsOf(socket, () => !isDone)
  const lines = await countLines(socket, `/events?format=${process.argv[3] ?? 'csv'}`)
  const tookMs = performance.now() - startedMs
  isDone = true
  clearInterval(watch)
  const waits = { alone, beside: await beside }
  process.stdout.write(
    `${JSON.stringify({ lines, tookMs: Math.round(tookMs), idleBytes, moreBytes: mostBytes - idleBytes, waits })}\n`,
  )
  await gateway.stop()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

/** How long a small request takes, ms: again and again, with a rest between. */
async function waitsOf(socket: string, goesOn: () => boolean) {
  const waits: number[] = []
  while (goesOn()) {
    const askedMs = performance.now()
    await countLines(socket, '/healthz')
    waits.push(performance.now() - askedMs)
    await pause(10)
  }
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (part: number): number => Math.round(10 * (sorted[Math.floor(part * (sorted.length - 1))] ?? 0)) / 10
  return { count: waits.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}

function rssOf(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
  return Number(pages) * 4_096
}

function countLines(socketPath: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: url, headers: { host: 'localhost' } }, (answer) => {
      let lines = 0
      answer.on('data', (piece: Buffer) => {
        for (const byte of piece) lines += Number(byte === 10)
      })
      answer.on('end', () => resolve(lines))
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
