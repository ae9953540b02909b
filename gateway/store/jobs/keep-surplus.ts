import type { VerifiedAck } from '#domain/acks/ack.ts'
import { judgeOrphan } from '#domain/acks/judge-orphan.ts'
import type { Surplus } from '#domain/acks/surplus-book.ts'
import type { Settled } from '#domain/openings/judge-settle.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export interface KeepSurplus {
  readonly surplus: Surplus
  readonly atMs: number
}

/** Stores how many acks came beyond those that are kept one by one, and the last orphaned ack of each kind. */
export function keepSurplus(tx: Transaction, { surplus, atMs }: KeepSurplus): void {
  for (const word of surplus.further) tx.countFurtherWords(word)
  for (const orphans of surplus.orphans) keepOrphan(tx, orphans, atMs)
}

export function keepOrphan(
  tx: Transaction,
  orphans: { readonly ack: VerifiedAck; readonly times: number },
  atMs: number,
): Settled {
  const { ack } = orphans
  const kept = tx.keptOrphans(ack.lockId, ack.result)
  const verdict = judgeOrphan(orphans, kept, atMs)
  if (verdict.kind === 'repeat') return { kind: 'repeat', opening: null }
  tx.raise(verdict.sighting, atMs)
  const [first, last] = kept
  if (last !== undefined) tx.forgetAck(last.rowId)
  const rowId = tx.insertOrphan(ack, verdict.as, atMs)
  tx.countFurtherOrphans(first?.rowId ?? rowId, verdict.between)
  if (verdict.event !== null) tx.appendEvent(verdict.event)
  return { kind: 'orphan', opening: null }
}
