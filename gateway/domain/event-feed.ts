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
  /** @param locks whose events are wanted; null for all */
  eventsAfter(seq: number, locks: readonly LockId[] | null, limit: number): Promise<FeedPage>
}
