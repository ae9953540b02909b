import type { EventFeed } from '#domain/events/event-feed.ts'
import { LongReads } from './long-reads.ts'
import type { Reader } from './reader.ts'

/** Reads of the feed leave half the time to other work: one step per turn of the event loop, and as long a rest. */
export function eventFeed(reader: Reader): EventFeed {
  const longReads = new LongReads({ rests: true })
  return {
    lastSeq: async () => reader.read((reads) => reads.lastSeq()),
    eventsAfter: (seq, locks, limit, end) =>
      longReads.run(
        () => reader.read((reads) => reads.feedAfter(seq, locks, limit, end)),
        (query) => reader.read(query),
      ),
  }
}
