import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { CommandError, type OwnerApi } from '#cli/context.ts'
import { listLocks } from '#cli/list-locks.ts'
import type { Config } from '#config/config.ts'
import { SCOPES } from '#domain/access/caller.ts'
import type { Clock } from '#domain/time/clock.ts'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { type SimulatedLock, startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import type { Gateway } from '#gateway/gateway.ts'
import { withOwnerApi } from '#owner/owner-api.ts'

/** Locks that are added or started side by side: each is a commit or a connection. */
const AT_ONCE = 50
const KEY_LIFE_MS = 24 * 3_600_000
/** Longer than an API key's end is told ahead: a demo begins without an alarm. */
const API_KEY_LIFE_MS = 30 * KEY_LIFE_MS
const sheet = z.looseObject({ privateKey: z.looseObject({}).nullable() })
type Sheet = z.infer<typeof sheet>
const madeKeys = z.object({
  apiKeys: z.array(
    z.looseObject({ id: z.string(), expiresAt: z.string().nullable(), revokedAt: z.string().nullable() }),
  ),
})
const NAMES = ['Front Door', 'Garden Gate', 'Bicycle Cellar', 'Roof Terrace', 'Laundry Room']

export interface DemoSiteOptions {
  config: Config
  gateway: Gateway
  clock: Clock
  locks: number
  userId: string
  /** The lock that is left to a real board; its key pair is made here when `publicKeyPem`, in canonical form, is null. */
  seat: { lockId: number; publicKeyPem: string | null } | null
  say(line: string): void
}

export interface DemoSite {
  lockIds: readonly number[]
  /** UUIDs. */
  keys: { public: string; oneUse: string; whitelist: string }
  /** UUID of a key of the lock that is left to a real board; null without one. */
  seatKey: string | null
  /** For all locks of the demo, for a day. */
  apiKey: string
  close(): Promise<void>
}

/** Adds locks and keys by the owner's own routes, and plays every lock but the seat. */
export async function bootDemoSite(options: DemoSiteOptions): Promise<DemoSite> {
  const { config, clock, say, seat } = options
  const file = new SheetFile(config.dataDir)
  const lockIds = Array.from({ length: options.locks }, (_, index) => index + 1).filter(
    (id) => id !== seat?.lockId && file.isPlayable(id),
  )
  const { sheets, keys, seatKey, apiKey } = await withOwnerApi(config, clock, async (api) => {
    if (seat !== null) await seatBoard(seat, file, api, options)
    return {
      sheets: await sheetsOf(lockIds, file, api, options),
      apiKey: await makeApiKey(config, api, clock),
      seatKey: seat === null ? null : await makeKey(seat.lockId, {}, api, clock),
      keys: await makeKeys(lockIds[0] ?? seat?.lockId ?? 1, options.userId, api, clock),
    }
  })

  const playing: SimulatedLock[] = []
  const close = async () => {
    await Promise.all(playing.map((lock) => lock.stop()))
  }
  try {
    await inGroups(sheets, async (text) => {
      const { privateKey, ...sheet } = await readFlashingSheet(text, 'the flashing sheet')
      if (privateKey === null) throw new Error('a simulated lock needs its private key')
      playing.push(
        await startSimulatedLock({
          ...sheet,
          privateKey,
          batteryPercent: 90,
          onMovement: ({ kind, openingId }) =>
            say(
              `  ${new Date(clock.nowMs()).toISOString()}  lock ${sheet.lockId}: ${kind === 'pulse-started' ? 'the bolt is withdrawn' : 'the bolt stays withdrawn longer'}  (opening ${openingId})`,
            ),
        }),
      )
    })
    await allOnline(lockIds, config, clock)
  } catch (error) {
    await close()
    throw error
  }
  return { lockIds, keys, seatKey, apiKey, close }
}

/** What locks were flashed with lies beside the store, so that the same directory can be booted again. */
class SheetFile {
  readonly #path: string
  readonly #sheets: Record<string, Sheet>

  constructor(dataDir: string) {
    this.#path = path.join(dataDir, 'demo-locks.json')
    this.#sheets = existsSync(this.#path)
      ? z.record(z.string(), sheet).parse(JSON.parse(readFileSync(this.#path, 'utf8')))
      : {}
  }

  get(lockId: number): Sheet | null {
    return this.#sheets[lockId] ?? null
  }

  /** False for a lock whose private key is on a real board only: no simulator can sign for it. */
  isPlayable(lockId: number): boolean {
    return this.#sheets[lockId]?.privateKey !== null
  }

  put(lockId: number, added: Sheet): void {
    this.#sheets[lockId] = added
  }

  save(): void {
    writeFileSync(this.#path, JSON.stringify(this.#sheets), { mode: 0o600 })
  }
}

async function addLock(body: object, api: OwnerApi): Promise<Sheet> {
  return expectAnswer(await api('POST', '/locks', body), z.object({ flashing: sheet })).flashing
}

async function sheetsOf(
  lockIds: readonly number[],
  file: SheetFile,
  api: OwnerApi,
  { gateway, userId: owner }: Pick<DemoSiteOptions, 'gateway' | 'userId'>,
): Promise<string[]> {
  await inGroups(
    lockIds.filter((id) => file.get(id) === null),
    async (lockId) => {
      const name = NAMES[(lockId - 1) % NAMES.length] ?? 'Door'
      const body = { lockId, name: lockId > NAMES.length ? `${name} ${lockId}` : name, owner, makeKey: true }
      file.put(lockId, await addLock(body, api))
    },
  )
  file.save()
  // The port may be another one than when the sheet was made.
  return lockIds.map((id) => JSON.stringify({ ...file.get(id), ...gateway.broker }))
}

/** A public key without a limit, good for a day. @param body what is otherwise about it */
async function makeKey(lockId: number, body: object, api: OwnerApi, clock: Clock): Promise<string> {
  const tempKeyUuid = randomUUID()
  const validity = {
    validFrom: new Date(clock.nowMs()).toISOString(),
    validUntil: new Date(clock.nowMs() + KEY_LIFE_MS).toISOString(),
  }
  const answer = await api('POST', `/locks/${lockId}/create-temp-key`, {
    tempKeyUuid,
    accessMode: 'public',
    maxUses: null,
    ...validity,
    ...body,
  })
  expectAnswer(answer, z.looseObject({ success: z.literal(true) }))
  return tempKeyUuid
}

async function makeKeys(lockId: number, userId: string, api: OwnerApi, clock: Clock): Promise<DemoSite['keys']> {
  const make = (body: object) => makeKey(lockId, body, api, clock)
  return {
    public: await make({}),
    oneUse: await make({ maxUses: 1 }),
    whitelist: await make({ accessMode: 'user-whitelist', allowedUserIds: [userId] }),
  }
}

/** Of each start another one, for a secret is shown once. Those that are of no use any more are revoked, or an alarm would tell of them. */
async function makeApiKey({ site }: Config, api: OwnerApi, clock: Clock): Promise<string> {
  for (const { id, expiresAt, revokedAt } of expectAnswer(await api('GET', '/api-keys'), madeKeys).apiKeys) {
    const hasEnded = expiresAt !== null && Date.parse(expiresAt) <= clock.nowMs()
    if (hasEnded && revokedAt === null) await api('DELETE', `/api-keys/${id}`)
  }
  const answer = await api('POST', '/api-keys', {
    organization: site.organization,
    name: 'demo',
    scopes: SCOPES,
    expiresAt: new Date(clock.nowMs() + API_KEY_LIFE_MS).toISOString(),
  })
  return expectAnswer(answer, z.looseObject({ apiKey: z.string() })).apiKey
}

async function seatBoard(
  { lockId, publicKeyPem }: NonNullable<DemoSiteOptions['seat']>,
  file: SheetFile,
  api: OwnerApi,
  { gateway, userId: owner, say }: Pick<DemoSiteOptions, 'gateway' | 'userId' | 'say'>,
): Promise<void> {
  const known = file.get(lockId)
  if (known !== null && publicKeyPem !== null) await assertSameKey(lockId, publicKeyPem, api)
  if (known === null) {
    const key = publicKeyPem === null ? { makeKey: true } : { publicKeyPem }
    file.put(lockId, await addLock({ lockId, name: `Board ${lockId}`, owner, ...key }, api))
    file.save()
  }
  say(JSON.stringify({ ...file.get(lockId), ...gateway.broker }, null, 2))
  gateway.watchMessages(({ direction, lockId: traced, topic, message, verdict, detail }) => {
    if (traced !== lockId) return
    say(
      `  ${direction === 'to-lock' ? '->' : '<-'} ${topic}  ${verdict}${detail === null ? '' : `: ${detail}`}\n     ${message}`,
    )
  })
}

async function assertSameKey(lockId: number, pem: string, api: OwnerApi): Promise<void> {
  const { publicKeyPem } = expectAnswer(
    await api('GET', `/locks/${lockId}/public-key`),
    z.looseObject({ publicKeyPem: z.string() }),
  )
  if (pem !== publicKeyPem)
    throw new CommandError(`lock ${lockId} has another public key in this --data: choose another number or directory`)
}

/** Ready means that every door would open now. */
async function allOnline(lockIds: readonly number[], config: Config, clock: Clock): Promise<void> {
  const deadline = clock.monotonicMs() + 30_000
  await withOwnerApi(config, clock, async (api) => {
    for (;;) {
      const online = new Set((await listLocks(api)).filter((lock) => lock.online).map((lock) => lock.lockId))
      if (lockIds.every((id) => online.has(id))) return
      if (clock.monotonicMs() > deadline) throw new Error('not every simulated lock came online')
      await new Promise<void>((resolve) => clock.startTimer(50, resolve))
    }
  })
}

async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE) await Promise.all(all.slice(at, at + AT_ONCE).map(work))
}
