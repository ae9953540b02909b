import type { Database } from 'better-sqlite3'
import type { BootId, LockId } from '#protocol/ids.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'

interface LastCommand {
  readonly bootId: BootId
  readonly counter: number
}

export function lockCounterWrites(database: Database, { lockVersions: versions }: WriterMemory) {
  const stored = database.prepare<[LockId], { version: number }>('SELECT version FROM lock_counters WHERE lock_id = ?')
  const setVersion = database.prepare<[number, LockId]>('UPDATE lock_counters SET version = ? WHERE lock_id = ?')
  const setOpening = database.prepare<[number, BootId, number, number, LockId]>(
    `UPDATE lock_counters SET version = ?, last_command_boot = ?, last_command_counter = ?, last_opening = ?
     WHERE lock_id = ?`,
  )
  const setCommand = database.prepare<[BootId, number, LockId]>(
    'UPDATE lock_counters SET last_command_boot = ?, last_command_counter = ? WHERE lock_id = ?',
  )
  const versionOf = (lockId: LockId): number => {
    const version = versions.get(lockId) ?? stored.get(lockId)?.version
    if (version === undefined) throw new Error(`no lock ${lockId} to append an event to`)
    return version
  }
  return {
    /** Allocates versions inside the transaction, and answers the last of them: a job that fails leaves no gap. */
    takeVersions: (lockId: LockId, count: number): number => {
      const version = versionOf(lockId) + count
      setVersion.run(version, lockId)
      versions.set(lockId, version)
      return version
    },
    /** One version, for an opening with its first command, whose boot and counter must never be allocated again. */
    takeVersionForOpening: (lockId: LockId, openingRowId: number, { bootId, counter }: LastCommand): number => {
      const version = versionOf(lockId) + 1
      setOpening.run(version, bootId, counter, openingRowId, lockId)
      versions.set(lockId, version)
      return version
    },
    /** The same of a command without an event of its own. */
    rememberLastCommand: (lockId: LockId, { bootId, counter }: LastCommand): void =>
      void setCommand.run(bootId, counter, lockId),
  }
}
