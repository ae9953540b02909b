import type { EventFeed } from '#domain/events/event-feed.ts'
import { LongReads } from './long-reads.ts'
import type { Reader } from './reader.ts'

/** Programs that read much share what the loop has to spare: one step in a turn, and as much rest as work. */
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
