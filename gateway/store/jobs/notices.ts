import type { KeepNotices, NoteNoticeTry, NoteReceiverWorks } from '#domain/alarm-ports.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** Longer than anybody counts messages back. */
const KEPT_FOR_MS = 60 * 86_400_000
const FORGOTTEN_AT_ONCE = 50

/** What recipients know and the notices that tell them go together: neither a repeat nor a gap can come of a sudden end. */
export function keepNotices(tx: Transaction, { notices, desks, atMs }: KeepNotices): void {
  for (const notice of notices) tx.insertNotice(notice)
  for (const { recipient, state } of desks) tx.putNoticeDesk(recipient, state)
  tx.forgetNotices(atMs - KEPT_FOR_MS, FORGOTTEN_AT_ONCE)
}

export const noteNoticeTry = (tx: Transaction, { id, tried, atMs }: NoteNoticeTry): boolean =>
  tx.noteTry(id, tried, atMs)

export const noteReceiverWorks = (tx: Transaction, { recipient, atMs }: NoteReceiverWorks): void =>
  tx.noteDelivered(recipient, atMs)
