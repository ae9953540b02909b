import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { openLog } from '#runtime/log.ts'
import type { LogOutput } from '#runtime/log-output.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'latchkey-log-'))
afterAll(() => rmSync(dir, { recursive: true }))

const MODULE = JSON.stringify(import.meta.resolve('#runtime/log.ts'))

interface Speaker {
  /** Its standard output, as far as it came. */
  said(): string
  /** Its log, which nobody reads before this is used. */
  log(): Readable
  readonly ended: Promise<number | null>
}

/** A program that logs where nobody reads. `socket` is what Node and systemd give, `pipe` what a shell gives. */
function start(script: string, kind: 'socket' | 'pipe'): Speaker {
  const source = `
    import { openLog } from ${MODULE}
    const log = openLog('info', 2)
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    const longLine = 'x'.repeat(20_000)
    ${script}`
  const fifo = path.join(mkdtempSync(path.join(dir, 'fifo-')), 'log')
  if (kind === 'pipe') spawnSync('mkfifo', [fifo])
  const readEnd = kind === 'pipe' ? openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK) : null
  const writeEnd = kind === 'pipe' ? openSync(fifo, 'w') : null
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', writeEnd ?? 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (writeEnd !== null) closeSync(writeEnd)
  let output = ''
  must(child.stdout).on('data', (chunk) => {
    output += String(chunk)
  })
  return {
    said: () => output,
    log: () => (readEnd === null ? must(child.stderr) : new Socket({ fd: readEnd, readable: true, writable: false })),
    ended: once(child, 'exit').then(([code]) => code),
  }
}

const numbersIn = (lines: string): number[] => [...lines.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))

describe.each(['socket', 'pipe'] as const)('a log in a %s', (kind) => {
  test('holds up nothing while nobody reads it', async () => {
    // Written so that it waits, each of these turns took a second.
    const program = start(
      `for (let n = 0; n < 300; n += 1) { log.logger.info({ n, longLine }, 'line'); await turn() }
       process.stdout.write('at work')
       setInterval(() => {}, 1_000)`,
      kind,
    )
    await until('its work done', () => program.said() === 'at work')
  })

  test('keeps its order, and tells how many lines were lost once somebody reads again', async () => {
    const program = start(
      `for (let n = 0; n < 300; n += 1) { log.logger.info({ n, longLine }, 'line'); await turn() }
       process.stdout.write('full')
       await log.close()`,
      kind,
    )
    await until('its log full', () => program.said() === 'full')
    const lines = await text(program.log())
    const numbers = numbersIn(lines)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(numbers.length).toBeLessThan(300)
    const lost = [...lines.matchAll(/"lost":(\d+),"msg":"log lines were lost about here/g)].map(([, n]) => Number(n))
    expect(numbers.length + lost.reduce((sum, n) => sum + n, 0)).toBe(300)
    for (const line of lines.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  })

  test('keeps no process from its end when nobody reads', async () => {
    for (const end of ['await log.close()', 'process.exit(0)']) {
      const program = start(`for (let n = 0; n < 100; n += 1) log.logger.info({ n, longLine }, 'line'); ${end}`, kind)
      expect(await program.ended).toBe(0)
    }
  })

  test('has the last words of a process that ends, or breaks, in the turn in which they were said', async () => {
    for (const end of ['process.exit(3)', 'throw new Error("broken")']) {
      const program = start(`log.logger.error({}, 'last words'); ${end}`, kind)
      expect(await text(program.log())).toContain('"msg":"last words"')
      expect(await program.ended).not.toBe(0)
    }
  })
})

test('a log in a file has its lines in their order', async () => {
  const file = path.join(dir, 'log')
  const log = openLog('info', openSync(file, 'w'))
  for (const n of [1, 2, 3]) log.logger.info({ n }, 'line')
  await log.close()
  expect(numbersIn(readFileSync(file, 'utf8'))).toEqual([1, 2, 3])
})

test('a log on a full disk counts what it lost, and goes on when there is room again', async () => {
  const written: string[] = []
  let full = true
  let failed = false
  const output: LogOutput = {
    write: (lines, done) => {
      if (full) failed = true
      else written.push(lines)
      done(full ? new Error('ENOSPC') : null)
    },
    writeNow: () => false,
    close: () => {},
  }
  const log = openLog('info', 2, output)
  for (const n of [1, 2]) log.logger.info({ n }, 'line')
  await until('a write that fails', () => failed)
  full = false
  log.logger.info({ n: 3 }, 'line')
  await log.close()
  expect(numbersIn(written.join(''))).toEqual([3])
  expect(written.join('')).toContain('"lost":2')
})
