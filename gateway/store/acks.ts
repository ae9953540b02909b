import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { AckResult, VerifiedAck } from '#domain/ack.ts'
import type { LockId } from '#protocol/ids.ts'

export type AckEffect = 'settled' | 'evidence' | 'orphan'

interface AckColumns {
  readonly lockId: number
  readonly messageHash: string
  readonly command: number | null
  readonly message: string
  readonly result: AckResult
  readonly reason: string | null
  readonly keyGeneration: number
  readonly journalSeq: number
  readonly effect: AckEffect
  readonly atMs: number
}

/** What a repeat is known by. */
export const ackHashOf = (ack: VerifiedAck): string => hash('sha256', ack.message, 'base64url')

export function ackStatements(database: Database) {
  const insert = database.prepare<AckColumns>(
    `INSERT INTO acks (lock_id, message_hash, command, message, result, reason, key_generation, journal_seq, effect, at_ms)
     VALUES (@lockId, @messageHash, @command, @message, @result, @reason, @keyGeneration, @journalSeq, @effect, @atMs)`,
  )
  const find = database.prepare<[LockId, string], { openingRowId: number | null }>(
    `SELECT c.opening AS openingRowId FROM acks a LEFT JOIN commands c ON c.id = a.command
     WHERE a.lock_id = ? AND a.message_hash = ?`,
  )
  const results = database.prepare<[number], { result: AckResult }>('SELECT result FROM acks WHERE command = ?')
  return {
    /** `openingRowId` is null for an orphan. */
    findAck: (lockId: LockId, messageHash: string) => find.get(lockId, messageHash) ?? null,
    insertAck: (ack: VerifiedAck, commandRowId: number | null, effect: AckEffect, atMs: number): void => {
      const { lockId, message, result, reason, keyGeneration, journalSeq } = ack
      const said = { lockId, message, result, reason, keyGeneration, journalSeq }
      insert.run({ ...said, messageHash: ackHashOf(ack), command: commandRowId, effect, atMs })
    },
    resultsSaidOf: (commandRowId: number): readonly AckResult[] =>
      results.all(commandRowId).map(({ result }) => result),
  }
}

const NEVER_MOVED: ReadonlySet<AckResult> = new Set(['refused', 'not-executed'])

/** The command never moved the bolt and never will. */
export const saysNeverMoved = (result: AckResult): boolean => NEVER_MOVED.has(result)

/** No one command can have both outcomes. A `reset` says only that a movement may have begun. */
export const contradict = (one: AckResult, other: AckResult): boolean =>
  saysNeverMoved(one) !== saysNeverMoved(other) ||
  (one === 'opened' && other === 'jammed') ||
  (one === 'jammed' && other === 'opened')
