import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export interface ConfirmClock {
  /** The largest time that was stored until now, right or wrong. */
  readonly lastStoredMs: number
  readonly by: Principal
  readonly atMs: number
}

/** Somebody vouches for the clock. Each lock's log says so: its times may go back from here on. */
export function confirmClock(tx: Transaction, { lastStoredMs, by, atMs }: ConfirmClock): null {
  tx.confirmTime(atMs)
  const chained = { lastStoredMs, confirmedBy: principalLabel(by) }
  for (const { lockId } of tx.listLocks()) tx.appendEvent({ lockId, type: 'ClockConfirmed', atMs, chained, plain: {} })
  return null
}
