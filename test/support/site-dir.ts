import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import type { OwnerApi } from '#cli/context.ts'
import type { ConfigInput } from '#config/config.ts'
import { readConfig } from '#config/read-config.ts'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import type { SimulatedLockOptions } from '#firmware-sim/lock-options.ts'
import { type SimulatedLock, startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { withOwnerApi } from '#owner/owner-api.ts'
import { realClock } from '#runtime/real-clock.ts'
import { runCommand } from './command.ts'
import { type Finished, Program } from './program.ts'
import { NO_LIMITS, QUICK } from './site.ts'
import { until } from './until.ts'

const running = z.object({
  publicUrl: z.string(),
  urls: z.array(z.string()),
  broker: z.object({ host: z.string(), port: z.number() }).nullable(),
  brokerAddress: z.object({ host: z.string(), port: z.number() }),
})

/** A gateway in a process of its own, as a site has it. */
export interface ServedSite extends z.infer<typeof running> {
  program: Program
}

/** A site's directory: its config file, its data, and the command line over it. */
export class SiteDir implements AsyncDisposable {
  readonly path = mkdtempSync(path.join(tmpdir(), 'latchkey-site-'))
  readonly dataDir = path.join(this.path, 'data')
  readonly configFile = path.join(this.path, 'config.json')
  readonly locks = new Map<number, SimulatedLock>()
  /** What locks were flashed with, secrets included. */
  readonly sheets: string[] = []
  readonly #gateways: Program[] = []

  /** Every byte that gateways of this site have logged. */
  get log(): { text: string } {
    return { text: this.#gateways.map(({ stderr }) => stderr).join('') }
  }

  private constructor(config: object) {
    writeFileSync(this.configFile, JSON.stringify(config))
  }

  /** On free ports of loopback; the broker keeps its port, so that locks find it again. */
  static async make(difference: Partial<ConfigInput> = {}): Promise<SiteDir> {
    return new SiteDir({
      site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin' },
      dataDir: 'data',
      http: { listeners: [{ host: '127.0.0.1', port: 0 }], limits: NO_LIMITS },
      broker: { mode: 'embedded', host: '127.0.0.1', port: await freePort() },
      opening: QUICK,
      log: { level: 'warn' },
      ...difference,
    })
  }

  /** Writes the config anew, with this difference to what it was. */
  reconfigure(difference: Partial<ConfigInput>): void {
    const before = z.looseObject({}).parse(JSON.parse(readFileSync(this.configFile, 'utf8')))
    writeFileSync(this.configFile, JSON.stringify({ ...before, ...difference }))
  }

  /** Runs `latchkey` with these arguments and this site's config to its end. */
  latchkey(...args: string[]): Promise<Finished> {
    // Becomes another user for good, and leaves by its exit.
    if (args[0] === 'serve') return this.latchkeyApart(...args).ended
    return runCommand([...args, '--config', this.configFile])
  }

  /** The same as a program of its own. */
  latchkeyApart(...args: string[]): Program {
    return Program.start(process.execPath, ['gateway/latchkey.mjs', ...args, '--config', this.configFile])
  }

  /** The same with `--json`, which has to succeed. */
  async ask<T>(shape: z.ZodType<T>, ...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.latchkey(...args, '--json')
    if (code !== 0) throw new Error(`latchkey ${args.join(' ')}: ${stderr}`)
    return shape.parse(JSON.parse(stdout))
  }

  async serve(): Promise<ServedSite> {
    const program = this.startServe()
    return { program, ...running.parse(JSON.parse(await program.line())) }
  }

  startServe(): Program {
    const program = this.latchkeyApart('serve', '--json')
    this.#gateways.push(program)
    return program
  }

  /** The owner's routes: of the running gateway, or of this process when none runs. */
  owner<T>(use: (api: OwnerApi) => Promise<T>): Promise<T> {
    return withOwnerApi(readConfig(this.configFile), realClock, use)
  }

  /** Adds a lock; the answer is its flashing sheet. */
  async addLock(lockId: number): Promise<string> {
    const answer = await this.owner((api) => api('POST', '/locks', { lockId, name: `Door ${lockId}`, makeKey: true }))
    const { flashing } = expectAnswer(answer, z.object({ flashing: z.looseObject({}) }))
    const sheet = JSON.stringify(flashing)
    this.sheets.push(sheet)
    return sheet
  }

  /** Plays the lock that was flashed with this sheet. */
  async play(sheetText: string, options: Partial<SimulatedLockOptions> = {}): Promise<SimulatedLock> {
    const { privateKey, ...sheet } = await readFlashingSheet(sheetText, 'sheet')
    if (privateKey === null) throw new Error('a simulated lock needs its private key')
    const lock = await startSimulatedLock({ ...sheet, privateKey, ...options })
    this.locks.set(sheet.lockId, lock)
    return lock
  }

  /** Public keys without a limit, valid for an hour; a test states its difference. */
  async createKeys(lockId: number, count: number, difference: Record<string, unknown> = {}): Promise<string[]> {
    const nowMs = realClock.nowMs()
    const validFrom = new Date(nowMs - 1_000).toISOString()
    const validUntil = new Date(nowMs + 3_600_000).toISOString()
    return await this.owner((api) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const tempKeyUuid = randomUUID()
          const body = { tempKeyUuid, accessMode: 'public', validFrom, validUntil, ...difference }
          const answer = await api('POST', `/locks/${lockId}/create-temp-key`, body)
          expectAnswer(answer, z.looseObject({ success: z.literal(true) }))
          return tempKeyUuid
        }),
      ),
    )
  }

  async createKey(lockId: number, difference: Record<string, unknown> = {}): Promise<string> {
    const [uuid] = await this.createKeys(lockId, 1, difference)
    if (uuid === undefined) throw new Error('no key was made')
    return uuid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.locks.values()].map((lock) => lock.stop()))
    await Promise.all(this.#gateways.map((gateway) => gateway[Symbol.asyncDispose]()))
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Waits until the page of this key says that its lock is there. */
export const untilLockOnline = (url: string, uuid: string): Promise<unknown> =>
  until('the lock is online', async () => {
    const answer = await fetch(`${url}/temp-keys/${uuid}`).catch(() => null)
    return answer !== null && z.looseObject({ lockOnline: z.boolean() }).parse(await answer.json()).lockOnline
  })

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
