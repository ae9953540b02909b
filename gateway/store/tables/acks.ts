import type { Database } from 'better-sqlite3'
import { ackHashOf, type KnownWord, type VerifiedAck } from '#domain/acks/ack.ts'
import type { KeptOrphan } from '#domain/acks/judge-orphan.ts'
import type { FurtherWord } from '#domain/acks/surplus-book.ts'
import type { CommandHash, CommandId, LockId } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import { ANY_VALUE } from '#store/file/database.ts'
import type { WriterMemory } from '#store/memory/writer-memory.ts'

type AckEffect = 'settled' | 'evidence' | 'orphan'
/** Of a kind of orphans: its first one stays, and each later one that is written takes the place of the last. */
type KeptAs = KeptOrphan['keptAs']

export function ackReads(database: Database) {
  const word = database.prepare<[AckResult, CommandId, CommandHash, LockId], { messageHash: string | null }>(
    `SELECT a.message_hash AS messageHash FROM commands c LEFT JOIN acks a ON a.command = c.id AND a.result = ${ANY_VALUE}
     WHERE c.command_id = ${ANY_VALUE} AND c.command_hash = ${ANY_VALUE} AND c.lock_id = ${ANY_VALUE}`,
  )
  return {
    /** Whether what this ack says of its command is stored. Constant time, however much the lock has said. */
    knownWord: (ack: VerifiedAck): KnownWord => {
      const found = word.get(ack.result, ack.commandId, ack.commandHash, ack.lockId)
      if (found === undefined) return 'unknown-command'
      if (found.messageHash === null) return 'unsaid'
      return found.messageHash === ackHashOf(ack) ? 'said' : 'said-in-other-bytes'
    },
  }
}

export function ackWrites(database: Database, { justReserved }: WriterMemory) {
  const insert = database.prepare<
    [LockId, string, number | null, string, AckResult, string | null, number, number, AckEffect, KeptAs, number]
  >(
    `INSERT INTO acks (lock_id, message_hash, command, message, result, reason, key_generation, journal_seq, effect,
       kept_as, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const said = database.prepare<[number], { result: AckResult }>('SELECT result FROM acks WHERE command = ?')
  const orphans = database.prepare<[LockId, AckResult], KeptOrphan & { readonly rowId: number }>(
    `SELECT id AS rowId, kept_as AS keptAs, message_hash AS ackHash FROM acks
     WHERE lock_id = ? AND result = ? AND command IS NULL ORDER BY kept_as`,
  )
  const forget = database.prepare<[number]>('DELETE FROM acks WHERE id = ?')
  const countOrphans = database.prepare<[number, number]>('UPDATE acks SET further = further + ? WHERE id = ?')
  const countWords = database.prepare<[number, CommandId, LockId, AckResult]>(
    `UPDATE acks SET further = further + ?
     WHERE command = (SELECT id FROM commands WHERE command_id = ? AND lock_id = ?) AND result = ?`,
  )
  const put = (ack: VerifiedAck, commandRowId: number | null, effect: AckEffect, as: KeptAs, atMs: number): number => {
    const { lockId, message, result, reason, keyGeneration, journalSeq } = ack
    const written = [result, reason, keyGeneration, journalSeq, effect, as, atMs] as const
    return Number(insert.run(lockId, ackHashOf(ack), commandRowId, message, ...written).lastInsertRowid)
  }
  return {
    insertAck: (ack: VerifiedAck, commandRowId: number, effect: 'settled' | 'evidence', atMs: number): void => {
      justReserved.forgetCommand(commandRowId)
      put(ack, commandRowId, effect, 'first', atMs)
    },
    /** What a lock has said of one command, each result once. */
    resultsOf: (commandRowId: number): readonly AckResult[] => said.all(commandRowId).map(({ result }) => result),
    /** The first and the last of this result that fitted no command of the lock. */
    keptOrphans: (lockId: LockId, result: AckResult) => orphans.all(lockId, result),
    /** Answers its row's id. */
    insertOrphan: (ack: VerifiedAck, as: KeptAs, atMs: number): number => put(ack, null, 'orphan', as, atMs),
    forgetAck: (rowId: number): void => void forget.run(rowId),
    /** Orphans of the same kind as this first one that are not kept. */
    countFurtherOrphans: (rowId: number, times: number): void => void countOrphans.run(times, rowId),
    /** Acks that said once more what is stored, in other bytes. */
    countFurtherWords: ({ commandId, lockId, result, times }: FurtherWord): void =>
      void countWords.run(times, commandId, lockId, result),
  }
}
