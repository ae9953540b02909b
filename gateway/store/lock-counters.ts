import type { Database } from 'better-sqlite3'
import type { BootId, LockId } from '#protocol/ids.ts'

export function lockCounterWrites(database: Database) {
  const take = database.prepare<[number, LockId], { version: number }>(
    'UPDATE lock_counters SET version = version + ? WHERE lock_id = ? RETURNING version',
  )
  const takeForCommand = database.prepare<[number, BootId, number, LockId], { version: number }>(
    `UPDATE lock_counters SET version = version + ?, last_command_boot = ?, last_command_counter = ?
     WHERE lock_id = ? RETURNING version`,
  )
  const last = (row: { version: number } | undefined, lockId: LockId): number => {
    if (row === undefined) throw new Error(`no lock ${lockId} to append an event to`)
    return row.version
  }
  return {
    /** Allocates versions inside the transaction, and answers the last of them: a job that fails leaves no gap. */
    takeVersions: (lockId: LockId, count: number): number => last(take.get(count, lockId), lockId),
    /** The same, for a command whose boot and counter must never be allocated again. */
    takeVersionsForCommand: (count: number, lockId: LockId, bootId: BootId, counter: number): number =>
      last(takeForCommand.get(count, bootId, counter, lockId), lockId),
  }
}
