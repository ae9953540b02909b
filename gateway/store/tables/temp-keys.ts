import type { Database } from 'better-sqlite3'
import { lockRefusal } from '#domain/access/caller.ts'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { CreateTempKeyResult, NewTempKey, RevokeTempKeyResult } from '#domain/ports.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { keyRefOf, type LockId, type TempKeyUuid, type UserId } from '#protocol/ids.ts'
import type { JustReserved } from './just-reserved.ts'
import type { Transaction } from './transaction.ts'

type KeyColumns = Omit<NewTempKey, 'lockId' | 'allowedUserIds'> & { readonly createdBy: string; readonly atMs: number }

/** A key with its counters as they were read in this transaction. */
export interface CountedKey {
  readonly rowId: number
  readonly uuid: TempKeyUuid
  readonly usedCount: number
  readonly heldCount: number
}
export type KeyCounters = Omit<CountedKey, 'rowId'>

export function tempKeyWrites(database: Database, justReserved: JustReserved) {
  let counted: KeyCounters[] = []

  const insert = database.prepare<KeyColumns>(
    `INSERT INTO temp_keys (uuid, access_mode, valid_from_ms, valid_until_ms, max_uses, used_count, held_count,
       description, created_by, created_at_ms)
     VALUES (@uuid, @accessMode, @validFromMs, @validUntilMs, @maxUses, 0, 0, @description, @createdBy, @atMs)`,
  )
  const insertDoor = database.prepare<[number, LockId]>('INSERT INTO temp_key_doors VALUES (?, ?, 1)')
  const insertUser = database.prepare<[number, number, UserId]>('INSERT INTO temp_key_users VALUES (?, ?, ?)')
  const update = database.prepare<[string, number, number, number | null, number]>(
    'UPDATE temp_keys SET access_mode = ?, valid_from_ms = ?, valid_until_ms = ?, max_uses = ? WHERE id = ?',
  )
  const forgetUsers = database.prepare<[number]>('DELETE FROM temp_key_users WHERE temp_key_id = ?')
  const revoke = database.prepare<[number, number]>('UPDATE temp_keys SET revoked_at_ms = ? WHERE id = ?')
  const unlist = database.prepare<[number]>('UPDATE temp_key_doors SET kept = 0 WHERE temp_key_id = ?')
  const count = database.prepare<[number, number, number]>(
    'UPDATE temp_keys SET used_count = used_count + ?, held_count = held_count + ? WHERE id = ?',
  )
  const hold = database.prepare<[number, number]>(
    'UPDATE temp_keys SET held_count = held_count + 1, last_opening = ? WHERE id = ?',
  )
  const insertUsers = (rowId: number, userIds: readonly UserId[]): void => {
    for (const [position, userId] of [...new Set(userIds)].entries()) insertUser.run(rowId, position, userId)
  }
  const moved = (key: CountedKey, used: number, held: number): KeyCounters => {
    const now = { uuid: key.uuid, usedCount: key.usedCount + used, heldCount: key.heldCount + held }
    counted.push(now)
    return now
  }
  return {
    insertTempKey: (key: NewTempKey, createdBy: string, atMs: number): void => {
      const { lockId, allowedUserIds, ...columns } = key
      const rowId = Number(insert.run({ ...columns, createdBy, atMs }).lastInsertRowid)
      insertDoor.run(rowId, lockId)
      insertUsers(rowId, allowedUserIds)
    },
    updateTempKeyRow: (rowId: number, key: TempKey): void => {
      justReserved.forgetKey(rowId)
      update.run(key.accessMode, key.validFromMs, key.validUntilMs, key.maxUses, rowId)
      forgetUsers.run(rowId)
      insertUsers(rowId, key.allowedUserIds)
    },
    revokeTempKeyRow: (rowId: number, atMs: number): void => {
      revoke.run(atMs, rowId)
      unlist.run(rowId)
    },
    /** Counters move here, and in `holdUse`. Answers them as they now are; null without a key. */
    moveCounters: (key: CountedKey | null, by: { used: number; held: number }): KeyCounters | null => {
      if (key === null) return null
      justReserved.forgetKey(key.rowId)
      count.run(by.used, by.held, key.rowId)
      return moved(key, by.used, by.held)
    },
    /** For an opening that begins, the key's newest. */
    holdUse: (key: CountedKey, openingRowId: number): KeyCounters => {
      justReserved.forgetKey(key.rowId)
      hold.run(openingRowId, key.rowId)
      return moved(key, 0, 1)
    },
    /** Whose counters moved since the last call, in order: who holds keys in memory must hear of it. */
    takeCounted: (): readonly KeyCounters[] => {
      const taken = counted
      counted = []
      return taken
    },
  }
}

export interface CreateTempKey {
  readonly key: NewTempKey
  readonly by: Principal
  readonly atMs: number
}

export function createTempKey(tx: Transaction, { key, by, atMs }: CreateTempKey): CreateTempKeyResult {
  const lock = tx.findLock(key.lockId)
  if (lock === null) return { kind: 'lock-not-found' }
  // Again, though the caller was asked: the lock may have been given away, and its keys revoked, a moment ago.
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  const existing = tx.findTempKey(key.uuid)
  if (existing !== null) {
    if (!isSameBody(existing, key)) return { kind: 'uuid-taken' }
    if (existing.revokedAtMs !== null) return { kind: 'key-revoked' }
    return { kind: 'exists', key: existing, version: lock.version }
  }
  const createdBy = principalLabel(by)
  tx.insertTempKey(key, createdBy, atMs)
  const { uuid, accessMode, allowedUserIds, validFromMs, validUntilMs, maxUses, description } = key
  const event = tx.appendEvent({
    lockId: key.lockId,
    type: 'TempKeyCreated',
    atMs,
    chained: { keyRef: keyRefOf(uuid), accessMode, validFromMs, validUntilMs, maxUses, createdBy },
    plain: { tempKeyUuid: uuid, allowedUserIds, description },
  })
  return { kind: 'created', key: storedKey(tx, uuid), event }
}

const isSameBody = (stored: TempKey, asked: NewTempKey): boolean =>
  stored.lockId === asked.lockId &&
  stored.accessMode === asked.accessMode &&
  stored.validFromMs === asked.validFromMs &&
  stored.validUntilMs === asked.validUntilMs &&
  stored.maxUses === asked.maxUses &&
  stored.description === asked.description &&
  isSameSet(new Set(stored.allowedUserIds), new Set(asked.allowedUserIds))

export const isSameSet = (one: ReadonlySet<UserId>, other: ReadonlySet<UserId>): boolean =>
  one.size === other.size && [...one].every((userId) => other.has(userId))

export interface RevokeTempKey {
  readonly uuid: TempKeyUuid
  readonly by: Principal
  readonly atMs: number
}

export function revokeTempKey(tx: Transaction, { uuid, by, atMs }: RevokeTempKey): RevokeTempKeyResult {
  const key = tx.findTempKeyRow(uuid)
  const lock = key === null ? null : tx.findLock(key.lockId)
  if (key === null || lock === null) return { kind: 'key-not-found' }
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (key.revokedAtMs !== null) return { kind: 'already-revoked', key: storedKey(tx, uuid), version: lock.version }
  tx.revokeTempKeyRow(key.rowId, atMs)
  const event = tx.appendEvent({
    lockId: key.lockId,
    type: 'TempKeyDeleted',
    atMs,
    chained: { keyRef: keyRefOf(uuid), deletedBy: principalLabel(by) },
    plain: { tempKeyUuid: uuid },
  })
  return { kind: 'revoked', key: storedKey(tx, uuid), event }
}

export function storedKey(tx: Transaction, uuid: TempKeyUuid): TempKey {
  const key = tx.findTempKey(uuid)
  if (key === null) throw new Error('a temp key is not there after it was stored')
  return key
}
