import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { NewLock } from '#domain/locks/lock-changes.ts'
import type { Reserve } from '#domain/openings/judge-reserve.ts'
import type { Opening, SignedCommand, StoredCommand } from '#domain/openings/opening.ts'
import type { Log, Store } from '#domain/ports.ts'
import type { NewTempKey } from '#domain/temp-keys/temp-key-changes.ts'
import {
  type BootId,
  commandHashOf,
  keyRefOf,
  type LockId,
  lockIdFromNumber,
  newCommandId,
  newOpeningId,
  type OpeningId,
  parseBootId,
  parseLockUuid,
  parseTempKeyUuid,
  parseUserId,
  type TempKeyUuid,
  type UserId,
} from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import type { openStore } from '#store/open-store.ts'

export const T0 = Date.UTC(2027, 0, 15, 12)
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** For a store that nothing else is asked of. */
export const storeOptions = (dataDir: string): Parameters<typeof openStore>[0] => ({
  ...{ dataDir, log: silentLog, nowMs: T0, sweptLocks: 'all' },
  saw: () => {},
})

export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export function valid<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('not valid')
  return value
}

const uuidNumbered = (kind: number, n: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
export const lockId = (n: number): LockId => valid(lockIdFromNumber(n))
export const keyUuid = (n: number): TempKeyUuid => valid(parseTempKeyUuid(uuidNumbered(0xabc, n)))
export const userId = (name: string): UserId => valid(parseUserId(name))
const BOOT: BootId = valid(parseBootId('AAAAAAAAAAA'))
export const OTHER_BOOT: BootId = valid(parseBootId('BBBBBBBBBBB'))

export const newLock = (n: number, difference: Partial<NewLock> = {}): NewLock => ({
  lockId: lockId(n),
  uuid: valid(parseLockUuid(uuidNumbered(1, n))),
  name: `Door ${n}`,
  area: null,
  pulseS: 5,
  organization: null,
  owner: null,
  publicKeyPem: `PEM ${n}`,
  keyMadeBy: 'lock',
  mqttPasswordHash: '$7$101$a$b',
  vendor: { index: null, serialNumber: null, vendorName: null },
  ...difference,
})

export const newKey = (n: number, difference: Partial<NewTempKey> = {}): NewTempKey => ({
  uuid: keyUuid(n),
  lockId: lockId(1),
  accessMode: 'public',
  allowedUserIds: [],
  validFromMs: T0 - 3_600_000,
  validUntilMs: T0 + 3_600_000,
  maxUses: null,
  description: null,
  ...difference,
})

let counter = 0
export function newCommand(openingId: OpeningId, lock: LockId, uuid: TempKeyUuid | null): SignedCommand {
  const commandId = newCommandId()
  const message = `command.${commandId}.signed`
  counter += 1
  return {
    commandId,
    openingId,
    lockId: lock,
    commandHash: commandHashOf(message),
    keyRef: uuid === null ? null : keyRefOf(uuid),
    bootId: BOOT,
    counter,
    notAfterUptimeS: 100,
    message,
  }
}

export function newReserve(lock: LockId, uuid: TempKeyUuid | null, difference: Partial<Reserve> = {}): Reserve {
  const openingId = newOpeningId()
  return {
    openingId,
    lockId: lock,
    tempKeyUuid: uuid,
    principal: { kind: 'guest' },
    command: newCommand(openingId, lock, uuid),
    idempotency: null,
    atMs: T0,
    ...difference,
  }
}

let journalSeq = 0
export function newAck(command: StoredCommand, result: AckResult, difference: Partial<VerifiedAck> = {}): VerifiedAck {
  journalSeq += 1
  return {
    lockId: command.lockId,
    message: `ack.${journalSeq}.${command.commandId}.${result}`,
    openingId: command.openingId,
    commandId: command.commandId,
    commandHash: command.commandHash,
    keyRef: command.keyRef,
    result,
    reason: null,
    bootId: BOOT,
    uptimeS: 50,
    lastCounter: command.counter,
    keyGeneration: 1,
    journalSeq,
    door: 'closed',
    batteryPercent: null,
    ...difference,
  }
}

/** A key on a lock of its own, both numbered `n`. */
export async function makeDoor(store: Store, n: number, difference: Partial<NewTempKey> = {}): Promise<void> {
  await store.createLock({ lock: newLock(n), by: { kind: 'owner' }, atMs: T0 })
  await store.createTempKey({ key: newKey(n, { lockId: lockId(n), ...difference }), by: { kind: 'owner' }, atMs: T0 })
}

/** Reserves an opening that must be granted. */
export async function reserved(
  store: Store,
  n: number,
  difference: Partial<Reserve> = {},
): Promise<{ opening: Opening; command: SignedCommand }> {
  const asked = newReserve(lockId(n), keyUuid(n), difference)
  const result = await store.reserve(asked)
  if (result.kind !== 'reserved') throw new Error(result.kind)
  return { opening: result.opening, command: asked.command }
}

export async function countersOf(store: Store, n: number): Promise<{ used: number; held: number }> {
  const key = valid(await store.findTempKey(keyUuid(n)))
  return { used: key.usedCount, held: key.heldCount }
}

/** What the rows themselves contradict: counters against openings, versions against events. Empty when all is well. */
export function inconsistencies(dataDir: string): readonly unknown[] {
  const database = new Database(join(dataDir, 'latchkey.db'), { readonly: true })
  try {
    return CONTRADICTIONS.flatMap((sql) => database.prepare(sql).all())
  } finally {
    database.close()
  }
}

const CONTRADICTIONS = [
  `SELECT id, used_count, held_count FROM temp_keys k WHERE
     used_count <> (SELECT count(*) FROM openings o WHERE o.temp_key_id = k.id AND o.state IN ('opened', 'charged'))
     OR held_count <> (SELECT count(*) FROM openings o WHERE o.temp_key_id = k.id AND o.state IN ('reserved', 'unconfirmed'))`,
  `SELECT lock_id, version FROM lock_counters l WHERE
     version <> (SELECT count(*) FROM events e WHERE e.lock_id = l.lock_id)
     OR version <> (SELECT coalesce(max(version), 0) FROM events e WHERE e.lock_id = l.lock_id)`,
  `SELECT id, last_opening FROM temp_keys k WHERE
     last_opening IS NOT (SELECT max(o.id) FROM openings o WHERE o.temp_key_id = k.id)`,
  `SELECT lock_id, last_opening FROM lock_counters l WHERE
     last_opening IS NOT (SELECT max(o.id) FROM openings o WHERE o.lock_id = l.lock_id)`,
  'SELECT 1 AS gap FROM (SELECT count(*) AS n, coalesce(max(seq), 0) AS last FROM events) WHERE n <> last',
  `SELECT opening_id FROM openings o WHERE state IN ('opened', 'refused', 'jammed', 'not-opened')
     AND NOT EXISTS (SELECT 1 FROM commands c JOIN acks a ON a.command = c.id WHERE c.opening = o.id)`,
  `SELECT opening_id FROM openings o WHERE state <> 'opened'
     AND EXISTS (SELECT 1 FROM commands c JOIN acks a ON a.command = c.id WHERE c.opening = o.id AND a.result = 'opened')`,
] as const
