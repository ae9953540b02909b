import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import { judgeSilence } from '#domain/openings/judge-end.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { changeOpening } from './change-opening.ts'

export interface Recover {
  /** Those of the process that ended. */
  readonly locks: SweptLocks
  readonly atMs: number
}

/** What the last process left `reserved` is never published again: the bolt may have moved. */
export function recover(tx: Transaction, { locks, atMs }: Recover): void {
  for (const rowId of tx.reservedOpenings(locks)) {
    const row = tx.openingByRowId(rowId)
    changeOpening(tx, row, judgeSilence(row, 'restarted', atMs), atMs)
  }
  tx.closeAllCommands(locks)
}
