import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import { type Decide, judgeDecision } from '#domain/openings/judge-decision.ts'
import { type Opening, TOO_OLD } from '#domain/openings/opening.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { changeOpening } from './change-opening.ts'

/** What one call charges at most, so that no commit grows long. */
const CHARGED_AT_ONCE = 500

export function decide(tx: Transaction, decision: Decide): Opening | null {
  const row = tx.openingRow(decision.openingId)
  return row === null ? null : changeOpening(tx, row, judgeDecision(row, decision), decision.atMs)
}

export interface ChargeOld {
  readonly locks: SweptLocks
  readonly startedBeforeMs: number
  readonly atMs: number
}

/** Call again when it answers with something: it charges a bounded number at once. */
export function chargeOld(tx: Transaction, { locks, startedBeforeMs, atMs }: ChargeOld): readonly Opening[] {
  return tx.unconfirmedSince(locks, startedBeforeMs, CHARGED_AT_ONCE).map((rowId) => {
    const row = tx.openingByRowId(rowId)
    const charge = judgeDecision(row, { state: 'charged', reason: TOO_OLD, by: 'age', atMs })
    return changeOpening(tx, row, charge, atMs)
  })
}
