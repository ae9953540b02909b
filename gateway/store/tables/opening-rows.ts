import type { Database } from 'better-sqlite3'
import { isFinal, type Opening, type OpeningState, type StoredCommand } from '#domain/openings/opening.ts'
import type { OpeningCursor, UnansweredPage } from '#domain/ports.ts'
import type { CommandHash, CommandId, KeyRef, LockId, OpeningId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'

/** An opening with its key's present counters. */
export interface OpeningRow {
  readonly rowId: number
  readonly openingId: OpeningId
  readonly lockId: LockId
  readonly tempKeyRowId: number | null
  readonly tempKeyUuid: TempKeyUuid | null
  readonly userId: UserId | null
  readonly state: OpeningState
  readonly reason: string | null
  readonly corrected: 0 | 1
  readonly startedAtMs: number
  readonly settledAtMs: number | null
  readonly usedCountAfter: number | null
  readonly usedCountNow: number | null
  readonly heldCountNow: number | null
  readonly maxUses: number | null
}

export type CommandState = 'in-flight' | 'answered' | 'unanswered' | 'withdrawn'
export interface CommandRow {
  readonly rowId: number
  readonly attempt: 1 | 2
  readonly state: CommandState
}
/** A command and its opening, in one row: what an ack is judged by. */
export interface BoundRow extends OpeningRow {
  /** Of the opening's key, as every command of the opening names it. */
  readonly keyRef: KeyRef | null
  readonly commandRowId: number
  readonly commandState: CommandState
  readonly attempt: 1 | 2
}

export const OPENING_COLUMNS = `o.id AS rowId, o.opening_id AS openingId, o.lock_id AS lockId,
  o.temp_key_id AS tempKeyRowId, k.uuid AS tempKeyUuid, o.user_id AS userId, o.state, o.reason, o.corrected,
  o.started_at_ms AS startedAtMs, o.settled_at_ms AS settledAtMs, o.used_count_after AS usedCountAfter,
  k.used_count AS usedCountNow, k.held_count AS heldCountNow, k.max_uses AS maxUses`
export const FROM_OPENINGS = 'FROM openings o LEFT JOIN temp_keys k ON k.id = o.temp_key_id'
const STORED_COMMAND = `c.command_id AS commandId, c.lock_id AS lockId, c.command_hash AS commandHash,
  c.key_ref AS keyRef, c.boot_id AS bootId, c.counter, c.not_after_uptime_s AS notAfterUptimeS`
const FROM_COMMANDS = 'FROM commands c JOIN openings o ON o.id = c.opening'

interface UnsettledRow extends StoredCommand, OpeningCursor {
  /** 0 in a row whose command is null in all its columns. */
  readonly isUnanswered: 0 | 1
}

/** Unconfirmed openings of a lock that one page looks at. */
const LOOKED_AT_ONCE = 1_000

export function openingReads(database: Database) {
  const opening = <B extends unknown[]>(rest: string) =>
    database.prepare<B, OpeningRow>(`SELECT ${OPENING_COLUMNS} ${FROM_OPENINGS} ${rest}`)
  const byId = opening<[OpeningId]>(`WHERE o.opening_id = ${ANY_VALUE}`)
  // `~` comes after every character of an id.
  const beginning = opening<[string, string, number]>(
    `WHERE o.opening_id >= ? AND o.opening_id < ? || '~' ORDER BY o.opening_id LIMIT ?`,
  )
  const byRowId = opening<[number]>(`WHERE o.id = ${ANY_VALUE}`)
  const latest = opening<[TempKeyUuid]>('WHERE o.id = (SELECT last_opening FROM temp_keys WHERE uuid = ?)')
  const latestOfLock = opening<[LockId]>('WHERE o.id = (SELECT last_opening FROM lock_counters WHERE lock_id = ?)')
  const unsettled = opening<[number]>(`WHERE o.state = 'unconfirmed' ORDER BY o.started_at_ms, o.id LIMIT ?`)
  const oldestUnsettledOf = opening<[TempKeyUuid]>(
    `WHERE o.id = (SELECT id FROM openings WHERE state = 'unconfirmed'
       AND temp_key_id = (SELECT id FROM temp_keys WHERE uuid = ?) ORDER BY started_at_ms, id LIMIT 1)`,
  )
  const unanswered = database.prepare<[OpeningId], StoredCommand>(
    `SELECT o.opening_id AS openingId, ${STORED_COMMAND} ${FROM_COMMANDS}
     WHERE o.opening_id = ${ANY_VALUE} AND c.state IN ('in-flight', 'unanswered') ORDER BY c.attempt`,
  )
  // So many openings are looked at, not found: those that wait for a person's word can be any number.
  const unansweredOf = database.prepare<[LockId, number, number, number], UnsettledRow>(
    `SELECT openingId, startedAtMs, rowId, c.id IS NOT NULL AS isUnanswered, ${STORED_COMMAND} FROM (
       SELECT id AS rowId, opening_id AS openingId, started_at_ms AS startedAtMs FROM openings
       WHERE state = 'unconfirmed' AND lock_id = ? AND (started_at_ms, id) > (?, ?) ORDER BY started_at_ms, id LIMIT ?
     ) looked_at LEFT JOIN commands c ON c.opening = rowId AND c.state = 'unanswered' ORDER BY startedAtMs, rowId`,
  )
  // From lock to lock in the index: the openings of one of them can be any number.
  const locksWithUnconfirmed = database.prepare<[], { lockId: LockId }>(
    `WITH RECURSIVE l (lockId) AS (
       SELECT min(lock_id) FROM openings WHERE state = 'unconfirmed'
       UNION ALL
       SELECT (SELECT min(lock_id) FROM openings WHERE state = 'unconfirmed' AND lock_id > l.lockId)
       FROM l WHERE l.lockId IS NOT NULL
     ) SELECT lockId FROM l WHERE lockId IS NOT NULL`,
  )
  const reserved = database.prepare<[number], { openingId: OpeningId }>(
    `SELECT opening_id AS openingId FROM openings WHERE state = 'reserved' ORDER BY id LIMIT ?`,
  )
  const bound = database.prepare<[CommandId, CommandHash, LockId], BoundRow>(
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
    openingRow: (openingId: OpeningId): OpeningRow | null => byId.get(openingId) ?? null,
    openingByRowId: (rowId: number): OpeningRow | null => byRowId.get(rowId) ?? null,
    findOpening: (openingId: OpeningId): Opening | null => openingOrNull(byId.get(openingId)),
    openingsThatBegin: (idStart: string, limit: number): readonly Opening[] =>
      beginning.all(idStart, idStart, limit).map(toOpening),
    latestOpening: (uuid: TempKeyUuid): Opening | null => openingOrNull(latest.get(uuid)),
    latestOpeningOf: (lockId: LockId): Opening | null => openingOrNull(latestOfLock.get(lockId)),
    unansweredCommands: (openingId: OpeningId): readonly StoredCommand[] => unanswered.all(openingId),
    unansweredCommandsOf: unansweredAfter,
    locksWithUnconfirmed: (): readonly LockId[] => locksWithUnconfirmed.all().map(({ lockId }) => lockId),
    reservedOpeningIds: (limit: number): readonly OpeningId[] => reserved.all(limit).map(({ openingId }) => openingId),
    unsettledOpenings: (limit: number): readonly Opening[] => unsettled.all(limit).map(toOpening),
    oldestUnsettledOf: (uuid: TempKeyUuid): Opening | null => openingOrNull(oldestUnsettledOf.get(uuid)),
    /** Id and hash alone bind an ack to a command. */
    boundCommand: (commandId: CommandId, commandHash: CommandHash, lockId: LockId): BoundRow | null =>
      bound.get(commandId, commandHash, lockId) ?? null,
    commandsOf: (openingRowId: number): readonly CommandRow[] => ofOpening.all(openingRowId),
  }
}

export function toOpening(row: OpeningRow): Opening {
  return {
    openingId: row.openingId,
    lockId: row.lockId,
    tempKeyUuid: row.tempKeyUuid,
    userId: row.userId,
    state: row.state,
    reason: row.reason,
    corrected: row.corrected === 1,
    startedAtMs: row.startedAtMs,
    settledAtMs: row.settledAtMs,
    usedCount: isFinal(row.state) ? row.usedCountAfter : row.usedCountNow,
    maxUses: row.maxUses,
  }
}

const openingOrNull = (row: OpeningRow | undefined): Opening | null => (row === undefined ? null : toOpening(row))
