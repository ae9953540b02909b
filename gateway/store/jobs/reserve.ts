import { judgeSilence } from '#domain/openings/judge-end.ts'
import { judgeReserve, type Reserve, type ReserveResult } from '#domain/openings/judge-reserve.ts'
import { openingOf } from '#domain/openings/opening-change.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { changeOpening } from './change-opening.ts'

/** Transaction 1: holds one use and fixes the command's bytes before anything is published. */
export function reserve(tx: Transaction, asked: Reserve): ReserveResult {
  closeStaleCommand(tx, asked.lockId, asked.atMs)
  const { tempKeyUuid, lockId, command, atMs } = asked
  const key = tempKeyUuid === null ? null : tx.judgedTempKey(tempKeyUuid)
  const isRetired = tempKeyUuid === null && (tx.findLock(lockId)?.retiredAtMs ?? null) !== null
  const verdict = judgeReserve(asked, key, isRetired)
  if (verdict.kind !== 'reserved') return verdict

  const { opening, event } = verdict
  const rowId = tx.insertOpening(asked, opening.userId, key?.rowId ?? null)
  if (key !== null) tx.holdUse(key, rowId)
  const commandRowId = tx.insertCommand(command, rowId, 1)
  tx.remember(asked.idempotency, rowId, atMs)
  tx.appendEventAs(event, tx.takeVersionForOpening(lockId, rowId, command))
  const { keyRef, commandId, commandHash } = command
  const bound = { keyRef, commandRowId, commandState: 'in-flight', attempt: 1 } as const
  const row = { ...opening, rowId, tempKeyRowId: key?.rowId ?? null, ...bound }
  tx.justReserved.keep({ row, lockId, commandId, commandHash })
  return { kind: 'reserved', opening: openingOf(opening) }
}

/** Whoever reserves has the lock's turn: a command still in flight belongs to a turn that could not be settled. */
function closeStaleCommand(tx: Transaction, lockId: LockId, atMs: number): void {
  const stale = tx.commandInFlight(lockId)
  if (stale === null) return
  tx.setCommandState(stale.rowId, 'unanswered')
  const row = tx.openingByRowId(stale.openingRowId)
  changeOpening(tx, row, judgeSilence(row, 'not-settled', atMs), atMs)
}
