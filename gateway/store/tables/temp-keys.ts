import type { Database } from 'better-sqlite3'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { NewTempKey } from '#domain/temp-keys/temp-key-changes.ts'
import type { LockId, UserId } from '#protocol/ids.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'
import type { KeyCounters, OpeningRow } from './rows.ts'

type KeyColumns = Omit<NewTempKey, 'lockId' | 'allowedUserIds'> & { readonly createdBy: string; readonly atMs: number }

/** A key with its counters as they were read in this transaction. */
interface CountedKey extends KeyCounters {
  readonly rowId: number
}

export function tempKeyWrites(database: Database, memory: WriterMemory) {
  const { justReserved } = memory
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
    /** Counters move here, and in `holdUse`. Nothing is to be done without a key. */
    moveCounters: (row: OpeningRow, by: { readonly used: number; readonly held: number }): void => {
      const { tempKeyRowId, tempKeyUuid: uuid, usedCountNow, heldCountNow } = row
      if (tempKeyRowId === null || uuid === null || usedCountNow === null || heldCountNow === null) return
      if (by.used === 0 && by.held === 0) return
      justReserved.forgetKey(tempKeyRowId)
      count.run(by.used, by.held, tempKeyRowId)
      memory.counted({ uuid, usedCount: usedCountNow + by.used, heldCount: heldCountNow + by.held })
    },
    /** Holds a use for an opening that begins, and makes it the key's newest. */
    holdUse: ({ rowId, uuid, usedCount, heldCount }: CountedKey, openingRowId: number): void => {
      justReserved.forgetKey(rowId)
      hold.run(openingRowId, rowId)
      memory.counted({ uuid, usedCount, heldCount: heldCount + 1 })
    },
  }
}
