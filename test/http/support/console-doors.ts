import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { NewLock } from '#domain/locks/lock-changes.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { NewTempKey } from '#domain/temp-keys/temp-key-changes.ts'
import {
  type LockId,
  newOpeningId,
  parseLockId,
  parseLockUuid,
  parseTempKeyUuid,
  type TempKeyUuid,
} from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'
import type { ConsoleHouse } from './console-house.ts'

export const doorId = (number: number): LockId => must(parseLockId(String(number)))

interface Door {
  readonly number: number
  readonly name: string
  readonly area?: string | null
  /** Prepared, and no lock is at hand yet. */
  readonly isPrepared?: boolean
  /** It has been online at some time. */
  readonly hasArrived?: boolean
}

/** Adds a door to the house, whose lock is not there yet. */
export async function addDoor(house: ConsoleHouse, door: Door): Promise<LockId> {
  const { number, name, area = null, isPrepared = false, hasArrived = true } = door
  const lockId = doorId(number)
  const atMs = Date.now() - 3_600_000
  const lock: NewLock = {
    ...{ lockId, uuid: must(parseLockUuid(randomUUID())), name, area, pulseS: 5, organization: null, owner: null },
    ...{ publicKeyPem: isPrepared ? null : newPublicKeyPem(), mqttPasswordHash: isPrepared ? null : '$7$101$a$b' },
    ...{ keyMadeBy: 'lock', vendor: { index: null, serialNumber: null, vendorName: null } },
  }
  await house.store.createLock({ lock, by: { kind: 'owner' }, atMs })
  if (hasArrived && !isPrepared) await house.store.noteArrivals({ lockIds: [lockId], atMs })
  house.locks.put(must(await house.store.findLock(lockId)))
  return lockId
}

/** A key that is good for an hour, as somebody at the command line made it. */
export async function addKey(
  house: ConsoleHouse,
  difference: Partial<NewTempKey> & Pick<NewTempKey, 'lockId'>,
): Promise<TempKeyUuid> {
  const atMs = Date.now()
  const key: NewTempKey = {
    ...{ uuid: must(parseTempKeyUuid(randomUUID())), accessMode: 'public', allowedUserIds: [], maxUses: null },
    ...{ validFromMs: atMs - 60_000, validUntilMs: atMs + 3_600_000, description: null },
    ...difference,
  }
  const made = await house.store.createTempKey({ key, by: { kind: 'owner' }, atMs })
  if (made.kind !== 'created') throw new Error(made.kind)
  return key.uuid
}

const newPublicKeyPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()

export const anOpening = (lockId: LockId, difference: Partial<Opening> = {}): Opening => ({
  ...{ openingId: newOpeningId(), lockId, tempKeyUuid: null, userId: null, state: 'opened', reason: null },
  ...{ corrected: false, startedAtMs: Date.now() - 812, settledAtMs: Date.now(), usedCount: null, maxUses: null },
  ...difference,
})
