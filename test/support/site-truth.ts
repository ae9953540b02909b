import path from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { z } from 'zod'
import { type SiteOptions, TestSite } from './site.ts'
import { until } from './until.ts'

/** A site whose store, locks and log can be looked at, whichever process its gateway is. */
type TruthSite = Pick<TestSite, 'dataDir' | 'locks' | 'sheets'> & { readonly log: { readonly text: string } }

const commandRow = z.object({
  commandId: z.string(),
  openingId: z.string(),
  lockId: z.number(),
  message: z.string(),
  state: z.string(),
})
const ackRow = z.object({
  lockId: z.number(),
  commandId: z.string().nullable(),
  result: z.string(),
  effect: z.string(),
})
const openingRow = z.object({
  openingId: z.string(),
  lockId: z.number(),
  uuid: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  corrected: z.number(),
  overused: z.number(),
})
const keyRow = z.object({
  uuid: z.string(),
  maxUses: z.number().nullable(),
  usedCount: z.number(),
  heldCount: z.number(),
})
const eventRow = z.object({ lockId: z.number(), version: z.number(), type: z.string(), chained: z.string() })
const alarmRow = z.object({ kind: z.string(), lockId: z.number().nullable(), count: z.number() })

/** What stands in the store now, read beside the gateway. */
export function readStore(site: TruthSite) {
  const database = new Database(path.join(site.dataDir, 'latchkey.db'), { readonly: true })
  try {
    const all = <T>(row: z.ZodType<T>, sql: string): T[] => z.array(row).parse(database.prepare(sql).all())
    return {
      commands: all(
        commandRow,
        `SELECT c.command_id AS commandId, o.opening_id AS openingId, c.lock_id AS lockId, c.message, c.state
         FROM commands c JOIN openings o ON o.id = c.opening ORDER BY c.id`,
      ),
      acks: all(
        ackRow,
        `SELECT a.lock_id AS lockId, c.command_id AS commandId, a.result, a.effect
         FROM acks a LEFT JOIN commands c ON c.id = a.command ORDER BY a.id`,
      ),
      openings: all(
        openingRow,
        `SELECT o.opening_id AS openingId, o.lock_id AS lockId, k.uuid, o.state, o.reason, o.corrected, o.overused
         FROM openings o LEFT JOIN temp_keys k ON k.id = o.temp_key_id ORDER BY o.id`,
      ),
      keys: all(
        keyRow,
        'SELECT uuid, max_uses AS maxUses, used_count AS usedCount, held_count AS heldCount FROM temp_keys',
      ),
      events: all(eventRow, 'SELECT lock_id AS lockId, version, type, chained FROM events ORDER BY seq'),
      alarms: all(alarmRow, 'SELECT kind, lock_id AS lockId, count FROM alarms WHERE cleared_at_ms IS NULL'),
    }
  } finally {
    database.close()
  }
}
type Stored = ReturnType<typeof readStore>

/** Events of one type, and what of them may be shown. */
export const eventsOf = (site: TruthSite, type: string): Record<string, unknown>[] =>
  readStore(site)
    .events.filter((event) => event.type === type)
    .map(({ chained }) => z.record(z.string(), z.unknown()).parse(JSON.parse(chained)))

export interface TruthOptions {
  /** Locks that sign what is not so: their words and their bolts may differ. */
  liars?: readonly number[]
  /** More that must not stand in the log: tokens for instance. */
  secrets?: readonly string[]
}

/**
 * After every case: mends all locks, lets them say all they have to say, and compares what the bolts did with what
 * was signed, what was stored and what the keys count.
 */
export async function expectTruth(site: TruthSite, options: TruthOptions = {}): Promise<Stored> {
  for (const lock of site.locks.values()) {
    lock.speakAgain()
    // Who was mute repeats its acks at once.
    lock.setFaults({ mute: true })
    lock.clearFaults()
    if (!lock.online) await lock.reconnect()
    // A lock tells of the receipt that it heard before it has acted on it.
    await until('every ack has its receipt', () => lock.unreceiptedAcks === 0)
  }
  const stored = readStore(site)
  boltsAgreeWithWords(site, stored, options.liars ?? [])
  countersAgreeWithOpenings(stored)
  eventsHaveNoGap(stored)
  logHoldsNoSecret(site, stored, options.secrets ?? [])
  return stored
}

/** One site for one case, looked through at its end: cases of one file can run side by side. What `later` holds ends last. */
export async function withSite(
  options: SiteOptions & TruthOptions,
  run: (site: TestSite, later: AsyncDisposableStack) => Promise<void>,
): Promise<void> {
  await using later = new AsyncDisposableStack()
  await using site = await TestSite.start(options)
  await run(site, later)
  await expectTruth(site, options)
}

function boltsAgreeWithWords(site: TruthSite, stored: Stored, liars: readonly number[]): void {
  const { commands, acks, openings } = stored
  const openingOf = new Map(commands.map(({ commandId, openingId }) => [commandId, openingId]))
  const stateOf = new Map(openings.map(({ openingId, state }) => [openingId, state]))
  for (const [lockId, lock] of site.locks) {
    const moved = lock.movements.map(({ commandId }): string => commandId)
    expect(new Set(moved).size, `lock ${lockId}: no command moves the bolt twice`).toBe(moved.length)
    const openingsMoved = moved.map((commandId) => openingOf.get(commandId))
    expect(openingsMoved, `lock ${lockId}: every actuation is for a stored command`).not.toContain(undefined)
    expect(new Set(openingsMoved).size, `lock ${lockId}: no opening moves the bolt twice`).toBe(moved.length)
    const stranger = lock.receivedCommands.find(
      ({ op, message }) => op === 'open' && !commands.some((command) => command.message === message),
    )
    expect(stranger, `lock ${lockId}: only stored bytes are published`).toBeUndefined()

    if (liars.includes(lockId)) continue
    const said = (result: string) => {
      const words = acks.filter((ack) => ack.lockId === lockId && ack.result === result)
      return [...new Set(words.flatMap(({ commandId }) => commandId ?? []))]
    }
    const opened = said('opened')
    const resets = said('reset').filter((commandId) => moved.includes(commandId))
    expect([...opened, ...resets].sort(), `lock ${lockId}: actuations are the signed ones`).toEqual([...moved].sort())
    for (const [commandId, openingId] of openingOf) {
      const state = stateOf.get(openingId)
      if (opened.includes(commandId)) expect(state, `opened is the truth for ${openingId}`).toBe('opened')
      if (moved.includes(commandId)) {
        expect(['opened', 'unconfirmed', 'charged', 'released'], `${openingId} moved the bolt`).toContain(state)
      }
    }
  }
  for (const { openingId, state, lockId } of openings) {
    if (state !== 'opened' || liars.includes(lockId)) continue
    const words = acks.filter(({ commandId }) => commandId !== null && openingOf.get(commandId) === openingId)
    expect(
      words.map(({ result }) => result),
      `${openingId} was opened by the lock's word`,
    ).toContain('opened')
  }
}

function countersAgreeWithOpenings({ keys, openings, commands }: Stored): void {
  for (const { uuid, usedCount, heldCount, maxUses } of keys) {
    const own = openings.filter((opening) => opening.uuid === uuid)
    const among = (...states: string[]) => own.filter(({ state }) => states.includes(state)).length
    expect({ usedCount, heldCount }, 'counters are what the openings say').toEqual({
      usedCount: among('opened', 'charged'),
      heldCount: among('reserved', 'unconfirmed'),
    })
    if (maxUses !== null && !own.some(({ overused }) => overused === 1)) {
      expect(usedCount + heldCount, 'no key is used more often than it may').toBeLessThanOrEqual(maxUses)
    }
  }
  for (const { openingId } of openings) {
    const sent = commands.filter((command) => command.openingId === openingId)
    expect(sent.length, 'an opening has one command, plus one re-signed').toBeLessThanOrEqual(2)
  }
}

function eventsHaveNoGap({ events }: Stored): void {
  const versions = new Map<number, number>()
  for (const { lockId, version } of events) {
    expect(version, `lock ${lockId}: versions have no gap`).toBe((versions.get(lockId) ?? 0) + 1)
    versions.set(lockId, version)
  }
}

function logHoldsNoSecret(site: TruthSite, { keys }: Stored, more: readonly string[]): void {
  const log = site.log.text.toLowerCase()
  const sheetSecrets = z.looseObject({
    password: z.string(),
    privateKey: z.looseObject({ pem: z.string(), hex: z.string() }).nullable(),
  })
  const fromSheets = site.sheets.flatMap((sheet) => {
    const { password, privateKey } = sheetSecrets.parse(JSON.parse(sheet))
    const lines = privateKey?.pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----')) ?? []
    return [password, ...lines, ...(privateKey === null ? [] : [privateKey.hex])]
  })
  const found = [...keys.map(({ uuid }) => uuid), ...fromSheets, ...more].filter((secret) =>
    log.includes(secret.toLowerCase()),
  )
  expect(found, 'no key UUID, token or secret is in any log byte').toEqual([])
}
