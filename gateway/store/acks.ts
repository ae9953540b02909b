import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { AckResult, VerifiedAck } from '#domain/ack.ts'
import type { LockId } from '#protocol/ids.ts'
import type { JustReserved } from './just-reserved.ts'

export type AckEffect = 'settled' | 'evidence' | 'orphan'

/** What a repeat is known by. */
export const ackHashOf = (ack: VerifiedAck): string => hash('sha256', ack.message, 'base64url')

export function ackStatements(database: Database, justReserved: JustReserved) {
  const insert = database.prepare<
    [LockId, string, number | null, string, AckResult, string | null, number, number, AckEffect, number]
  >(
    `INSERT INTO acks (lock_id, message_hash, command, message, result, reason, key_generation, journal_seq, effect, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const said = database.prepare<[number], { result: AckResult; messageHash: string }>(
    'SELECT result, message_hash AS messageHash FROM acks WHERE command = ?',
  )
  const orphan = database.prepare<[LockId, string], { one: 1 }>(
    'SELECT 1 AS one FROM acks WHERE lock_id = ? AND message_hash = ? AND command IS NULL',
  )
  return {
    /** `commandRowId` is null for an orphan. */
    insertAck: (
      ack: VerifiedAck,
      messageHash: string,
      commandRowId: number | null,
      effect: AckEffect,
      atMs: number,
    ): void => {
      const { lockId, message, result, reason, keyGeneration, journalSeq } = ack
      if (commandRowId !== null) justReserved.forgetCommand(commandRowId)
      insert.run(lockId, messageHash, commandRowId, message, result, reason, keyGeneration, journalSeq, effect, atMs)
    },
    /** Every word of a lock on one command, each message once. */
    acksOf: (commandRowId: number): readonly { readonly result: AckResult; readonly messageHash: string }[] =>
      said.all(commandRowId),
    isKnownOrphan: (lockId: LockId, messageHash: string): boolean => orphan.get(lockId, messageHash) !== undefined,
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
