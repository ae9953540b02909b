import type { Database } from 'better-sqlite3'
import type { OpeningCursor, UnansweredPage } from '#domain/acks/unanswered.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { CommandState, SignedCommand, StoredCommand } from '#domain/openings/opening.ts'
import type { CommandHash, CommandId, LockId, OpeningId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'
import { OPENING_COLUMNS, type StoredOpening } from './openings.ts'
import type { BoundRow } from './rows.ts'
import { IS_SWEPT, sweptParameter } from './swept.ts'

const STORED_COMMAND = `c.command_id AS commandId, c.lock_id AS lockId, c.command_hash AS commandHash,
  c.key_ref AS keyRef, c.boot_id AS bootId, c.counter, c.not_after_uptime_s AS notAfterUptimeS`
const FROM_COMMANDS = 'FROM commands c JOIN openings o ON o.id = c.opening'

export interface CommandRow {
  readonly rowId: number
  readonly attempt: 1 | 2
  readonly state: CommandState
}

interface UnsettledRow extends StoredCommand, OpeningCursor {
  /** 0 in a row whose command is null in all its columns. */
  readonly isUnanswered: 0 | 1
}

/** Unconfirmed openings of a lock that one page looks at. */
const LOOKED_AT_ONCE = 1_000

export function commandReads(database: Database) {
  const unanswered = database.prepare<[OpeningId], StoredCommand>(
    `SELECT o.opening_id AS openingId, ${STORED_COMMAND} ${FROM_COMMANDS}
     WHERE o.opening_id = ${ANY_VALUE} AND c.state IN ('in-flight', 'unanswered') ORDER BY c.attempt`,
  )
  // The limit counts the openings that are examined: any number of them may have no unanswered command.
  const unansweredOf = database.prepare<[LockId, number, number, number], UnsettledRow>(
    `SELECT openingId, startedAtMs, rowId, c.id IS NOT NULL AS isUnanswered, ${STORED_COMMAND} FROM (
       SELECT id AS rowId, opening_id AS openingId, started_at_ms AS startedAtMs FROM openings
       WHERE state = 'unconfirmed' AND lock_id = ? AND (started_at_ms, id) > (?, ?) ORDER BY started_at_ms, id LIMIT ?
     ) looked_at LEFT JOIN commands c ON c.opening = rowId AND c.state = 'unanswered' ORDER BY startedAtMs, rowId`,
  )
  const bound = database.prepare<
    [CommandId, CommandHash, LockId],
    StoredOpening & Pick<BoundRow, 'keyRef' | 'commandRowId' | 'commandState' | 'attempt'>
  >(
    `SELECT ${OPENING_COLUMNS}, c.id AS commandRowId, c.state AS commandState, c.attempt, c.key_ref AS keyRef
     ${FROM_COMMANDS} LEFT JOIN temp_keys k ON k.id = o.temp_key_id
     WHERE c.command_id = ${ANY_VALUE} AND c.command_hash = ${ANY_VALUE} AND c.lock_id = ${ANY_VALUE}`,
  )
  const ofOpening = database.prepare<[number], CommandRow>(
    'SELECT id AS rowId, attempt, state FROM commands WHERE opening = ? ORDER BY attempt',
  )

  /** The next of one lock's unconfirmed openings after the cursor, with their commands. */
  const unansweredAfter = (lockId: LockId, after: OpeningCursor | null, limit: number): UnansweredPage => {
    const lookedAt = unansweredOf.all(lockId, after?.startedAtMs ?? -1, after?.rowId ?? -1, LOOKED_AT_ONCE)
    const commands: StoredCommand[] = []
    for (const { startedAtMs, rowId, isUnanswered, ...command } of lookedAt) {
      if (isUnanswered === 1) commands.push(command)
      if (commands.length === limit) return { commands, next: { startedAtMs, rowId } }
    }
    const last = lookedAt.at(-1)
    const isEnd = last === undefined || lookedAt.length < LOOKED_AT_ONCE
    return { commands, next: isEnd ? null : { startedAtMs: last.startedAtMs, rowId: last.rowId } }
  }

  return {
    unansweredCommands: (openingId: OpeningId): readonly StoredCommand[] => unanswered.all(openingId),
    unansweredCommandsOf: unansweredAfter,
    /** Id and hash alone bind an ack to a command. */
    boundCommand: (commandId: CommandId, commandHash: CommandHash, lockId: LockId): BoundRow | null => {
      const row = bound.get(commandId, commandHash, lockId)
      return row === undefined ? null : { ...row, corrected: row.corrected === 1 }
    },
    commandsOf: (openingRowId: number): readonly CommandRow[] => ofOpening.all(openingRowId),
  }
}

export function commandWrites(database: Database, memory: WriterMemory) {
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
  const closeAll = database.prepare<{ locks: string | null }>(
    `UPDATE commands SET state = 'unanswered' WHERE state = 'in-flight' AND ${IS_SWEPT}`,
  )
  return {
    /** Answers its row's id. */
    insertCommand: (command: SignedCommand, openingRowId: number, attempt: 1 | 2): number => {
      const { commandId, lockId, commandHash, keyRef, bootId, counter, notAfterUptimeS, message } = command
      memory.locksWithoutCommand.delete(lockId)
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
      memory.justReserved.forgetCommand(rowId)
      setState.run(state, rowId)
    },
    /** Ends the flight of what an opening still has in flight. */
    closeCommandsOf: (openingRowId: number, state: 'unanswered' | 'withdrawn'): void => {
      memory.justReserved.forgetOpening(openingRowId)
      land.run(state, openingRowId)
    },
    /** For a command in flight: a lock has at most one, so afterwards this lock has none. */
    answerCommand: (rowId: number, lockId: LockId): void => {
      memory.justReserved.forgetCommand(rowId)
      setState.run('answered', rowId)
      memory.locksWithoutCommand.add(lockId)
    },
    commandInFlight: (lockId: LockId) => {
      if (memory.locksWithoutCommand.has(lockId)) return null
      const found = inFlight.get(lockId) ?? null
      if (found === null) memory.locksWithoutCommand.add(lockId)
      return found
    },
    closeAllCommands: (locks: SweptLocks): void => {
      memory.justReserved.clear()
      closeAll.run({ locks: sweptParameter(locks) })
    },
  }
}
