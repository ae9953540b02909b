import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Surplus } from '#domain/acks/surplus-book.ts'
import type { Settled } from '#domain/ports.ts'
import { ackHashOf } from '#store/tables/acks.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export interface KeepSurplus {
  readonly surplus: Surplus
  readonly atMs: number
}

/** What locks said beyond what is kept: its counts, and of each kind of orphans the last one. */
export function keepSurplus(tx: Transaction, { surplus, atMs }: KeepSurplus): null {
  for (const word of surplus.further) tx.countFurtherWords(word)
  for (const orphans of surplus.orphans) keepOrphan(tx, orphans, atMs)
  return null
}

/**
 * An ack that fits no command of its lock. The first and the last of each result are kept with a count of those between,
 * whatever a lock signs; the first is an event, and each is in the alarm's count.
 *
 * @param times how many orphans of this kind came since the last call, `ack` being the latest of them
 */
export function keepOrphan(
  tx: Transaction,
  { ack, times }: { readonly ack: VerifiedAck; readonly times: number },
  atMs: number,
): Settled {
  const ackHash = ackHashOf(ack)
  const kept = tx.keptOrphans(ack.lockId, ack.result)
  if (times === 1 && kept.some(({ messageHash }) => messageHash === ackHash)) return { kind: 'repeat', opening: null }
  tx.raiseOwnAlarm('ack-orphaned', ack.lockId, ack.commandId, atMs, times)
  const [first, last] = kept
  if (first === undefined) {
    tx.countFurtherOrphans(tx.insertOrphan(ack, ackHash, 'first', atMs), times - 1)
    appendOrphaned(tx, ack, ackHash, atMs)
    return { kind: 'orphan', opening: null }
  }
  if (last !== undefined) tx.forgetAck(last.rowId)
  tx.insertOrphan(ack, ackHash, 'last', atMs)
  tx.countFurtherOrphans(first.rowId, last === undefined ? times - 1 : times)
  return { kind: 'orphan', opening: null }
}

function appendOrphaned(tx: Transaction, ack: VerifiedAck, ackHash: string, atMs: number): void {
  const { lockId, openingId, keyRef, reason, result, commandId, commandHash, keyGeneration, journalSeq } = ack
  const evidence = { result, commandId, commandHash, ackHash, keyGeneration, journalSeq }
  const chained = { openingId, keyRef, reason, ...evidence }
  tx.appendEvent({ lockId, type: 'AckOrphaned', atMs, chained, plain: {} })
}
