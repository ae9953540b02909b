import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Child } from './child.ts'
import { seedStore } from './seed.ts'

/** Streams the log of a million events out of a gateway, and shows how much more memory it takes: run by hand. */
const OPENINGS = Number(process.argv[2] ?? 333_334)
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
  const startedMs = performance.now()
  const lines = await countLines(socket, `/events?format=${process.argv[3] ?? 'csv'}`)
  const tookMs = performance.now() - startedMs
  clearInterval(watch)
  process.stdout.write(
    `${JSON.stringify({ lines, tookMs: Math.round(tookMs), idleBytes, moreBytes: mostBytes - idleBytes })}\n`,
  )
  await gateway.stop()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
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
