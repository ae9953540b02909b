import type { EventLog } from '#domain/events/event-log.ts'
import { LongReads } from './long-reads.ts'
import type { Reader } from './reader.ts'

/** As the feed: reading without end takes half of a core, and an opening waits for one step of it at most. */
export function eventLog(reader: Reader): EventLog {
  const longReads = new LongReads({ rests: true })
  return {
    newest: async () => reader.read((reads) => ({ seq: reads.lastSeq(), site: reads.lastSiteEvent() })),
    rowsBefore: (query, end) =>
      longReads.run(
        () => reader.read((reads) => reads.logBefore(query, end)),
        (step) => reader.read(step),
      ),
  }
}
