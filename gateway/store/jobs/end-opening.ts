import { type EndOpening, judgeNotSent, judgeSilence } from '#domain/openings/judge-end.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { changeOpening, knownOpening } from './change-opening.ts'

export function markUnconfirmed(tx: Transaction, { openingId, reason, atMs, steps }: EndOpening): Opening {
  const row = knownOpening(tx, openingId)
  return changeOpening(tx, row, judgeSilence(row, reason, atMs), atMs, steps)
}

export function markNotSent(tx: Transaction, { openingId, reason, atMs }: EndOpening): Opening {
  const row = knownOpening(tx, openingId)
  return changeOpening(tx, row, judgeNotSent(row, reason, atMs), atMs)
}

/** The same where nobody knows whether the reserve was stored: null when it was not. */
export function withdraw(tx: Transaction, { openingId, reason, atMs }: EndOpening): Opening | null {
  const row = tx.openingRow(openingId)
  return row === null ? null : changeOpening(tx, row, judgeNotSent(row, reason, atMs), atMs)
}
