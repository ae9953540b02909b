import type { Database } from 'better-sqlite3'
import type { FoundPage, NumberedTempKey, TempKeySearch } from '#domain/temp-keys/temp-key-changes.ts'
import type { LockId } from '#protocol/ids.ts'
import type { TempKeyRow } from './rows.ts'
import { type InSteps, USERS_IN_A_PAGE } from './temp-key-lists.ts'
import { FROM_DOORS, FROM_KEYS, KEY_COLUMNS, NOT_REVOKED, toKey, usersRead } from './temp-key-rows.ts'

/** Keys that one call looks at: then it answers with what it found, and where to go on. */
const LOOKED_AT_MAX = 20_000
/** Rows that one step reads, keys or users: two or three milliseconds on a small machine. */
const READ_AT_ONCE = 200

/** Keys of all doors, from the newest on. What they are matched by is in no index, so they are looked at in their order. */
export function tempKeySearchReads(database: Database) {
  const usersOf = usersRead(database)
  const page = 'ORDER BY k.id DESC LIMIT ?'
  const ofAll = {
    all: database.prepare<[number, number], TempKeyRow>(`SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE k.id < ? ${page}`),
    kept: database.prepare<[number, number], TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_KEYS} WHERE ${NOT_REVOKED} AND k.id < ? ${page}`,
    ),
  }
  const ofLock = {
    all: database.prepare<[LockId, number, number], TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_DOORS} WHERE d.lock_id = ? AND d.temp_key_id < ?
       ORDER BY d.temp_key_id DESC LIMIT ?`,
    ),
    kept: database.prepare<[LockId, number, number], TempKeyRow>(
      `SELECT ${KEY_COLUMNS} ${FROM_DOORS} WHERE d.lock_id = ? AND d.kept = 1 AND ${NOT_REVOKED} AND d.temp_key_id < ?
       ORDER BY d.temp_key_id DESC LIMIT ?`,
    ),
  }
  function rowsBefore({ locks, includeRevoked }: TempKeySearch, before: number): readonly TempKeyRow[] {
    const which = includeRevoked ? 'all' : 'kept'
    const [only] = locks?.size === 1 ? locks : []
    return only === undefined ? ofAll[which].all(before, READ_AT_ONCE) : ofLock[which].all(only, before, READ_AT_ONCE)
  }

  return {
    *searchTempKeys(search: TempKeySearch): InSteps<FoundPage> {
      const { locks, limit } = search
      const keys: NumberedTempKey[] = []
      if (locks?.size === 0) return { keys, nextCursor: null }
      let before = search.before ?? Number.MAX_SAFE_INTEGER
      let [usersTold, usersLookedAt] = [0, 0]
      for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; ) {
        const rows = rowsBefore(search, before)
        for (const row of rows) {
          if (locks === null || locks.has(row.lockId)) {
            const key = toKey({ ...row, allowedUserIds: row.accessMode === 'public' ? [] : usersOf(row) })
            usersLookedAt += key.allowedUserIds.length
            if (search.isWanted(key)) {
              const isFull = keys.length === limit || usersTold + key.allowedUserIds.length > USERS_IN_A_PAGE
              if (isFull && keys.length > 0) return { keys, nextCursor: before }
              keys.push({ number: row.rowId, key })
              usersTold += key.allowedUserIds.length
            }
          }
          before = row.rowId
          if (usersLookedAt < READ_AT_ONCE) continue
          lookedAt += usersLookedAt
          usersLookedAt = 0
          yield
        }
        if (rows.length < READ_AT_ONCE) return { keys, nextCursor: null }
        lookedAt += rows.length
        yield
      }
      return { keys, nextCursor: before }
    },
  }
}
