import { type ConfirmClock, clockConfirmedEvent } from '#domain/time/clock-confirmation.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { sweepRevokedKeys } from './revoke-keys-of-lock.ts'

export function confirmClock(tx: Transaction, confirmed: ConfirmClock): void {
  tx.confirmTime(confirmed.atMs)
  for (const { lockId } of tx.listLocks()) tx.appendEvent(clockConfirmedEvent(lockId, confirmed))
}

/** The write that a site does regularly. True when there is more to be forgotten or swept: then call again. */
export function keepTime(tx: Transaction, { atMs }: { readonly atMs: number }): boolean {
  tx.keepLastTime(atMs)
  const hasSwept = sweepRevokedKeys(tx)
  return tx.forgetOld(atMs) || hasSwept
}
