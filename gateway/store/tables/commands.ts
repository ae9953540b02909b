import type { Database } from 'better-sqlite3'
import type { SignedCommand } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { JustReserved } from './just-reserved.ts'
import type { CommandState } from './opening-rows.ts'

export function commandWrites(database: Database, justReserved: JustReserved) {
  /** Locks of which it is known that they have no command in flight. */
  const landed = new Set<LockId>()

  const insert = database.prepare<
    [string, number, number, string, string | null, string, number, number, 1 | 2, string]
  >(
    `INSERT INTO commands (command_id, opening, lock_id, command_hash, key_ref, boot_id, counter, not_after_uptime_s,
       attempt, state, message)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'in-flight', ?)`,
  )
  const setState = database.prepare<[CommandState, number]>('UPDATE commands SET state = ? WHERE id = ?')
  const land = database.prepare<[CommandState, number]>(
    `UPDATE commands SET state = ? WHERE opening = ? AND state = 'in-flight'`,
  )
  const inFlight = database.prepare<[LockId], { rowId: number; openingRowId: number }>(
    `SELECT id AS rowId, opening AS openingRowId FROM commands WHERE lock_id = ? AND state = 'in-flight'`,
  )
  const landAll = database.prepare(`UPDATE commands SET state = 'unanswered' WHERE state = 'in-flight'`)
  return {
    /** Answers its row's id. */
    insertCommand: (command: SignedCommand, openingRowId: number, attempt: 1 | 2): number => {
      const { commandId, lockId, commandHash, keyRef, bootId, counter, notAfterUptimeS, message } = command
      landed.delete(lockId)
      const { lastInsertRowid } = insert.run(
        commandId,
        openingRowId,
        lockId,
        commandHash,
        keyRef,
        bootId,
        counter,
        notAfterUptimeS,
        attempt,
        message,
      )
      return Number(lastInsertRowid)
    },
    setCommandState: (rowId: number, state: CommandState): void => {
      justReserved.forgetCommand(rowId)
      setState.run(state, rowId)
    },
    /** Ends the flight of what an opening still has in flight. */
    landCommandsOf: (openingRowId: number, state: 'unanswered' | 'withdrawn'): void => {
      justReserved.forgetOpening(openingRowId)
      land.run(state, openingRowId)
    },
    /** It was in flight, and a lock has one: nothing of this lock is in flight any more. */
    answerCommand: (rowId: number, lockId: LockId): void => {
      justReserved.forgetCommand(rowId)
      setState.run('answered', rowId)
      landed.add(lockId)
    },
    commandInFlight: (lockId: LockId) => {
      if (landed.has(lockId)) return null
      const found = inFlight.get(lockId) ?? null
      if (found === null) landed.add(lockId)
      return found
    },
    landAllCommands: (): void => {
      justReserved.clear()
      landAll.run()
    },
    /** Call when anything was rolled back. */
    forgetLanded: (): void => landed.clear(),
  }
}
