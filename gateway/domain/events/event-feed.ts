import type { LockId } from '#protocol/ids.ts'
import type { LockEvent } from './events.ts'

export interface FeedPage {
  /** In the order of their commits. */
  readonly events: readonly LockEvent[]
  /** Everything up to this one was looked at: what comes next is after it. */
  readonly lastSeq: number
  /** There may be more after `lastSeq` already. */
  readonly more: boolean
}

/** What happened at all locks, in the order of commits. */
export interface EventFeed {
  /** The newest event's `seq`; 0 in a new store. */
  lastSeq(): Promise<number>
  /**
   * Read in steps between which other work is done, so that a page takes its time where much is read at once.
   *
   * @param locks whose events are wanted; null for all
   * @param end once it is aborted nobody wants the page: the rest of it is not read, and an empty one comes soon
   */
  eventsAfter(seq: number, locks: ReadonlySet<LockId> | null, limit: number, end: AbortSignal | null): Promise<FeedPage>
}
