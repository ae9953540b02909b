import type { AlarmName, Sighting } from '#domain/alarms/alarm.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function raiseAlarm(
  tx: Transaction,
  { sighting, atMs }: { readonly sighting: Sighting; readonly atMs: number },
) {
  tx.raise(sighting, atMs)
}

export const clearAlarm = (tx: Transaction, { kind, lockId, atMs }: AlarmName & { readonly atMs: number }): boolean =>
  tx.clear(kind, lockId, atMs)
