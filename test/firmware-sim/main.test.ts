import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFlashingSheet, readPrivateKey } from '#firmware-sim/flashing-sheet.ts'
import { until } from '#test/support/until.ts'
import { GatewaySide } from './gateway-side.ts'

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' })

let directory: string
const started: ChildProcess[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

function file(name: string, content: unknown): string {
  const path = join(directory, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function start(...argv: string[]): { child: ChildProcess; output: () => string; ended: Promise<unknown[]> } {
  const child = spawn(process.execPath, ['firmware-sim/lock-sim.mjs', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  return { child, output: () => output, ended: once(child, 'close') }
}

describe('one lock from the command line', () => {
  let gateway: GatewaySide
  let flash: string
  beforeEach(async () => {
    gateway = await GatewaySide.start()
    flash = file('flash.json', await gateway.flashingSheet())
  })
  afterEach(async () => await gateway.stop())

  it('opens, prints the movement, says goodbye on SIGTERM, and remembers everything in its state file', async () => {
    const argv = ['--flash', flash, '--state', join(directory, 'state.json'), '--bolt-travel-ms', '5']
    const first = start(...argv)
    await gateway.until(() => gateway.hellos.length === 1)
    const { commandId, bootId } = await gateway.open(gateway.hellos[0] ?? { bootId: never(), uptimeS: 0 })
    first.child.kill('SIGTERM')
    expect(await first.ended).toEqual([0, null])
    expect(first.output()).toContain(`command ${commandId}`)
    expect(gateway.presence.at(-1)).toBe('offline')

    const second = start(...argv)
    await gateway.until(() => gateway.acks.length === 2)
    expect(gateway.acks[1]?.message).toBe(gateway.acks[0]?.message)
    expect(gateway.hellos[1]?.bootId).not.toBe(bootId)
    second.child.kill('SIGINT')
    expect(await second.ended).toEqual([0, null])
    expect(second.output()).not.toContain('pulse')
  })

  it('takes its own private key from a file and its faults from options', async () => {
    const { privateKey, ...sheet } = await gateway.flashingSheet()
    const pem = privateKey !== null && typeof privateKey === 'object' && 'pem' in privateKey ? privateKey.pem : ''
    start('--flash', file('keyless.json', sheet), '--private-key', file('key.pem', pem), '--refuse', 'privacy')
    await gateway.until(() => gateway.hellos.length === 1)
    const ack = await gateway.open(gateway.hellos[0] ?? { bootId: never(), uptimeS: 0 })
    expect(ack).toMatchObject({ result: 'refused', reason: 'privacy' })
  })
})

describe('a lock whose process stands still', () => {
  let gateway: GatewaySide
  let flash: string
  beforeEach(async () => {
    gateway = await GatewaySide.start()
    flash = file('flash.json', await gateway.flashingSheet())
  })
  afterEach(async () => await gateway.stop())

  /** A lock that has answered the gateway, and its uptime by the clock of this test. */
  async function meet(...argv: string[]) {
    const lock = start('--flash', flash, '--bolt-travel-ms', '5', '--verbose', ...argv)
    await gateway.until(() => gateway.hellos.length === 1)
    const { bootId, uptimeS } = await gateway.meet()
    const metMs = performance.now()
    // The lock's second may have begun up to a second before its answer came.
    const uptimeNowS = () => uptimeS + (performance.now() - metMs) / 1_000
    return { ...lock, bootId, uptimeNowS }
  }
  type Met = Awaited<ReturnType<typeof meet>>

  const commandFor = async (lock: Met, secondsLeft: number) => {
    const uptimeS = Math.floor(lock.uptimeNowS())
    const notAfterUptimeS = uptimeS + secondsLeft
    return { ...(await gateway.command({ ...lock, uptimeS }, { notAfterUptimeS })), notAfterUptimeS }
  }

  const passed = async (lock: Met, notAfterUptimeS: number) =>
    await until('the deadline has passed', () => lock.uptimeNowS() > notAfterUptimeS + 1)

  it('refuses what it reads too late, by its own uptime, which went on, and obeys what is still in time', async () => {
    const lock = await meet()
    lock.child.kill('SIGSTOP')
    const late = await commandFor(lock, 1)
    await gateway.send(late.message)
    await passed(lock, late.notAfterUptimeS)
    const inTime = await commandFor(lock, 8)
    await gateway.send(inTime.message)
    expect(gateway.acks).toEqual([])
    lock.child.kill('SIGCONT')
    expect(await gateway.ackFor(late.jti)).toMatchObject({ result: 'refused', reason: 'deadline-passed' })
    expect((await gateway.ackFor(inTime.jti)).result).toBe('opened')
    expect(lock.output()).not.toContain(`command ${late.jti}`)
  })

  it('refuses what it had judged in time, when it stood still before its intent was durable', async () => {
    // Both long enough that a busy machine judges it in time, and stops in the middle of the write.
    const lock = await meet('--flash-write-ms', '3000')
    const command = await commandFor(lock, 8)
    await gateway.send(command.message)
    await until('the command is judged', () => lock.output().includes('heard: open'))
    lock.child.kill('SIGSTOP')
    await passed(lock, command.notAfterUptimeS)
    lock.child.kill('SIGCONT')
    expect(await gateway.ackFor(command.jti)).toMatchObject({
      result: 'refused',
      reason: 'deadline-passed',
      journalSeq: 2,
    })
    expect(lock.output()).not.toContain('pulse')
  })
})

describe('a state file that can’t be written', () => {
  it('holds the bolt and is told once; when it can be, the command that is still in time is obeyed', async () => {
    const gateway = await GatewaySide.start()
    try {
      const flash = file('flash.json', await gateway.flashingSheet())
      const state = join(directory, 'state.json')
      const lock = start('--flash', flash, '--state', state, '--bolt-travel-ms', '5')
      await gateway.until(() => gateway.hellos.length === 1)
      const { bootId, uptimeS } = await gateway.meet()
      // The lock writes beside its state file first.
      mkdirSync(`${state}.new`)
      const { message, jti } = await gateway.command({ bootId, uptimeS }, { notAfterUptimeS: uptimeS + 12 })
      await gateway.send(message)
      await until('it is told', () => lock.output().includes('flash not written: EISDIR'))
      expect(lock.output()).not.toContain('pulse')
      expect(gateway.acks).toEqual([])
      rmdirSync(`${state}.new`)
      expect(await gateway.ackFor(jti)).toMatchObject({ result: 'opened', journalSeq: 2 })
      expect(lock.output().split('flash not written').length).toBe(2)
    } finally {
      await gateway.stop()
    }
  })
})

describe('bad input', () => {
  let sheet: Record<string, unknown>
  beforeEach(async () => {
    const gateway = await GatewaySide.start()
    sheet = await gateway.flashingSheet()
    await gateway.stop()
  })

  const flashed = (changes: Record<string, unknown>) => ['--flash', file('flash.json', { ...sheet, ...changes })]

  it.each<[string, () => string[], RegExp]>([
    ['no flash file', () => [], /required option '--flash/],
    ['a flash file that is not there', () => ['--flash', join(directory, 'none')], /none can't be read/],
    ['no private key at all', () => flashed({ privateKey: null }), /--private-key/],
    ['a URL that is not MQTT', () => [...flashed({}), '--url', 'http://x'], /mqtt:\/\/host:port/],
    ['a number that is none', () => [...flashed({}), '--late-ms', 'soon'], /--late-ms.*whole number/],
  ])('ends with 78 and one clear line: %s', async (_what, argv, line) => {
    const { output, ended } = start(...argv())
    expect(await ended).toEqual([78, null])
    expect(output().trimEnd().split('\n')).toEqual([expect.stringMatching(line)])
  })

  it.each<[string, () => string, RegExp]>([
    ['is not JSON', () => 'hello', /^flash.json is not JSON$/],
    ['has no site', () => JSON.stringify({ ...sheet, site: undefined }), /site: /],
    ['has a lock id of 0', () => JSON.stringify({ ...sheet, lockId: 0 }), /lockId is not one/],
    [
      'has topics of another lock',
      () => JSON.stringify({ ...sheet, lockId: 18 }),
      /topics.command is not .*18.command/,
    ],
    ['has a gateway key that is none', () => JSON.stringify({ ...sheet, gatewayPublicKey: { pem: '' } }), /is no key/],
    ['has a key on another curve', () => JSON.stringify({ ...sheet, privateKey: { pem: p384 } }), /is not a P-256 key/],
  ])('is named when the flash file %s', async (_what, text, line) => {
    await expect(readFlashingSheet(text(), 'flash.json')).rejects.toThrow(line)
  })

  it('leaves a state file that it can’t read as it was', async () => {
    const state = file('state.json', '{"lastSeq":1}')
    const { output, ended } = start(...flashed({}), '--state', state)
    expect(await ended).toEqual([78, null])
    expect(output()).toMatch(/is not a state file of a simulated lock/)
    expect(readFileSync(state, 'utf8')).toBe('{"lastSeq":1}')
  })
})

describe('the private key', () => {
  it.each([
    ['as PKCS #8', p256.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['as SEC 1', p256.export({ type: 'sec1', format: 'pem' }).toString()],
    ['as a JWK', JSON.stringify(p256.export({ format: 'jwk' }))],
  ])('is taken %s', async (_form, text) => {
    expect((await readPrivateKey(text, 'key')).type).toBe('private')
  })
})

function never(): never {
  throw new Error('no hello')
}
