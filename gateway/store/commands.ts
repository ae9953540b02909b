import type { Database } from 'better-sqlite3'
import type { SignedCommand } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { JustReserved } from './just-reserved.ts'
import type { CommandState } from './opening-rows.ts'

export function commandWrites(database: Database, justReserved: JustReserved) {
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
    commandInFlight: (lockId: LockId) => inFlight.get(lockId) ?? null,
    landAllCommands: (): void => {
      justReserved.clear()
      landAll.run()
    },
  }
}
