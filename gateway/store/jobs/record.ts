import { denialEvent, type RecordDenial } from '#domain/access/denial.ts'
import type { NewSiteEvent } from '#domain/events/site-event.ts'
import { joinedEvent, type RecordJoin } from '#domain/openings/judge-end.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { knownOpening } from './change-opening.ts'

export function recordJoin(tx: Transaction, { openingId, principal, isEvent, idempotency, atMs }: RecordJoin): void {
  const row = knownOpening(tx, openingId)
  tx.remember(idempotency, row.rowId, atMs)
  if (isEvent) tx.appendEvent(joinedEvent(row, principal, atMs))
}

export function recordDenial(tx: Transaction, denial: RecordDenial): void {
  tx.appendEvent(denialEvent(denial))
}

export function recordSiteEvent(tx: Transaction, event: NewSiteEvent): void {
  tx.appendSiteEvent(event)
}
