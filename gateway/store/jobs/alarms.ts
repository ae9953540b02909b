import type { AlarmKind, Sighting } from '#domain/alarms/alarm.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function raiseAlarm(
  tx: Transaction,
  { sighting, atMs }: { readonly sighting: Sighting; readonly atMs: number },
) {
  tx.raise(sighting, atMs)
}

interface ClearAlarm {
  readonly kind: AlarmKind
  readonly lockId: LockId | null
  readonly atMs: number
}

export const clearAlarm = (tx: Transaction, { kind, lockId, atMs }: ClearAlarm): boolean => tx.clear(kind, lockId, atMs)
