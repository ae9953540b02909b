import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import type { OwnerApi } from '#cli/context.ts'
import { listLocks } from '#cli/list-locks.ts'
import { type ConfigInput, parseConfig } from '#config/config.ts'
import type { Clock } from '#domain/time/clock.ts'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import type { SimulatedLockOptions } from '#firmware-sim/lock-options.ts'
import { type SimulatedLock, startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { type Gateway, startGateway } from '#gateway/gateway.ts'
import { withOwnerApi } from '#owner/owner-api.ts'
import { realClock } from '#runtime/real-clock.ts'
import type { GatewayFaults } from '#wiring/gateway-faults.ts'
import { until } from './until.ts'

/** Short enough for a test to wait for, long enough for whole seconds to fit. */
export const QUICK = { deadlineMs: 3_000, answerWaitMs: 5_000 }

/** One test is many guests and their mistakes at once; the limits have their own journey. */
export const NO_LIMITS = {
  failuresPerAddressPerMinute: 1_000_000,
  commandsPerKeyPerMinute: 1_000_000,
  callsPerCredentialPerMinute: 1_000_000,
}

export interface SiteOptions {
  clock?: Clock
  config?: Partial<ConfigInput>
  faults?: GatewayFaults
  dataDir?: string
}

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
  text: string
}

export const keyView = z.looseObject({
  uuid: z.string(),
  status: z.string(),
  usedCount: z.number(),
  heldCount: z.number(),
  maxUses: z.number().nullable(),
  lockOnline: z.boolean(),
  latestOpening: z.looseObject({ openingId: z.string(), state: z.string() }).nullable(),
})

/** Every byte that the gateway logged, for a look at what must not be there. */
export class LogTap {
  text = ''
  readonly logger = pino(
    { level: 'debug' },
    {
      write: (line: string) => {
        this.text += line
      },
    },
  )
}

/** A whole site on free loopback ports: real gateway, broker, store and locks in a temporary directory. */
export class TestSite {
  readonly dataDir: string
  readonly locks = new Map<number, SimulatedLock>()
  readonly log = new LogTap()
  readonly #options: SiteOptions
  readonly #sheets = new Map<number, string>()
  readonly #extras: Partial<SimulatedLockOptions> = {}
  #gateway: Gateway | null = null

  private constructor(options: SiteOptions) {
    this.#options = options
    this.dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'latchkey-test-'))
    if (options.clock !== undefined) this.#extras = { clock: options.clock }
  }

  static async start(options: SiteOptions = {}): Promise<TestSite> {
    const site = new TestSite(options)
    await site.startGateway()
    return site
  }

  get gateway(): Gateway {
    if (this.#gateway === null) throw new Error('the gateway does not run')
    return this.#gateway
  }

  get url(): string {
    return this.gateway.publicUrl
  }

  get config() {
    return parseConfig(
      {
        site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin' },
        dataDir: this.dataDir,
        http: { listeners: [{ host: '127.0.0.1', port: 0 }], limits: NO_LIMITS },
        broker: { mode: 'embedded', host: '127.0.0.1', port: this.#gateway?.broker?.port ?? this.#brokerPort },
        opening: QUICK,
        ...this.#options.config,
      },
      this.dataDir,
    )
  }

  #brokerPort = 0

  async startGateway(): Promise<void> {
    const faults: GatewayFaults = { logger: this.log.logger, ...this.#options.faults }
    this.#gateway = await startGateway(this.config, this.#options.clock ?? realClock, faults)
    // Locks come back to the port that they know.
    this.#brokerPort = this.#gateway.broker?.port ?? 0
  }

  async stopGateway(): Promise<void> {
    await this.#gateway?.close()
    this.#gateway = null
  }

  owner<T>(use: (api: OwnerApi) => Promise<T>): Promise<T> {
    return withOwnerApi(this.config, this.#options.clock ?? realClock, use)
  }

  /** Adds a lock by the owner's route; the answer is its flashing sheet. */
  async addLock(lockId: number): Promise<string> {
    const answer = await this.owner((api) => api('POST', '/locks', { lockId, name: `Door ${lockId}`, makeKey: true }))
    const { flashing } = expectAnswer(answer, z.object({ flashing: z.looseObject({}) }))
    const sheet = JSON.stringify(flashing)
    this.#sheets.set(lockId, sheet)
    return sheet
  }

  /** What this lock was flashed with, its password and private key included. */
  sheetOf(lockId: number): string {
    const sheet = this.#sheets.get(lockId)
    if (sheet === undefined) throw new Error(`lock ${lockId} was not added`)
    return sheet
  }

  /** Every secret that this site has handed out for a lock. */
  get sheets(): readonly string[] {
    return [...this.#sheets.values()]
  }

  /** Adds a lock, plays it, and waits until the gateway knows that it is there. */
  async playLock(lockId: number, options: Partial<SimulatedLockOptions> = {}): Promise<SimulatedLock> {
    const sheet = this.#sheets.get(lockId) ?? (await this.addLock(lockId))
    const { privateKey, ...given } = await readFlashingSheet(sheet, 'sheet')
    if (privateKey === null) throw new Error('a simulated lock needs its private key')
    const lock = await startSimulatedLock({ ...given, privateKey, ...this.#extras, ...options })
    this.locks.set(lockId, lock)
    if (options.faults?.silentHello !== true) await this.untilOnline(lockId)
    return lock
  }

  async untilOnline(lockId: number, online = true): Promise<void> {
    await this.owner((api) =>
      until(`lock ${lockId} ${online ? 'online' : 'offline'}`, async () => {
        return (await listLocks(api)).some((lock) => lock.lockId === lockId && lock.online === online)
      }),
    )
  }

  /** A public key without a limit, valid for a day; a test states its difference. */
  async createKey(lockId: number, difference: Record<string, unknown> = {}): Promise<string> {
    const clock = this.#options.clock ?? realClock
    const tempKeyUuid = randomUUID()
    const body = {
      tempKeyUuid,
      accessMode: 'public',
      validFrom: new Date(clock.nowMs() - 1_000).toISOString(),
      validUntil: new Date(clock.nowMs() + 86_400_000).toISOString(),
      maxUses: null,
      ...difference,
    }
    const answer = await this.owner((api) => api('POST', `/locks/${lockId}/create-temp-key`, body))
    expectAnswer(answer, z.looseObject({ success: z.literal(true) }))
    return tempKeyUuid
  }

  /** An API key of this organization, which a test's locks belong to when it is `site.organization`. */
  async createApiKey(organization: string, ...scopes: string[]): Promise<string> {
    const body = { organization, name: 'test', scopes }
    const answer = await this.owner((api) => api('POST', '/api-keys', body))
    return expectAnswer(answer, z.looseObject({ apiKey: z.string() })).apiKey
  }

  async revokeKey(uuid: string): Promise<void> {
    expectAnswer(await this.owner((api) => api('DELETE', `/temp-keys/${uuid}`)), z.looseObject({}))
  }

  request(pathName: string, init: RequestInit = {}): Promise<Answer> {
    return answerOf(fetch(`${this.url}${pathName}`, { redirect: 'manual', ...init }))
  }

  open(uuid: string, init: RequestInit = {}): Promise<Answer> {
    return this.request(`/temp-keys/${uuid}/open`, { method: 'POST', ...init })
  }

  async key(uuid: string, init: RequestInit = {}): Promise<z.infer<typeof keyView>> {
    return keyView.parse((await this.request(`/temp-keys/${uuid}`, init)).body)
  }

  async openingState(openingId: unknown): Promise<string> {
    const { body } = await this.request(`/openings/${String(openingId)}`)
    return z.string().parse(body.state)
  }

  async untilState(openingId: unknown, state: string): Promise<void> {
    await until(`opening ${state}`, async () => (await this.openingState(openingId)) === state)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.locks.values()].map((lock) => lock.stop()))
    await this.stopGateway()
    if (this.#options.dataDir === undefined) rmSync(this.dataDir, { recursive: true, force: true })
  }
}

export async function answerOf(response: Promise<Response>): Promise<Answer> {
  const { status, headers, ...rest } = await response.then(async (got) => ({
    status: got.status,
    headers: got.headers,
    text: await got.text(),
  }))
  const isJson = headers.get('content-type')?.startsWith('application/json') === true
  return {
    status,
    headers,
    text: rest.text,
    body: isJson ? z.record(z.string(), z.unknown()).parse(JSON.parse(rest.text)) : {},
  }
}
