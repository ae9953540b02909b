import type { Database } from 'better-sqlite3'
import { ackWrites } from './acks.ts'
import { alarmWrites } from './alarms.ts'
import { apiKeyWrites } from './api-keys.ts'
import { commandWrites } from './commands.ts'
import { eventWrites } from './events.ts'
import { idempotencyWrites } from './idempotency.ts'
import { JustReserved } from './just-reserved.ts'
import { keyRevocationWrites } from './key-revocations.ts'
import { lockCounterWrites } from './lock-counters.ts'
import { lockWrites } from './locks.ts'
import { metaWrites } from './meta.ts'
import { openingWrites } from './openings.ts'
import { prepareReads } from './reads.ts'
import { siteWrites } from './site.ts'
import { tempKeyWrites } from './temp-keys.ts'

/** What a job may do inside the transaction that is open: every statement, prepared once for the writing connection. */
export function prepareTransaction(database: Database) {
  const justReserved = new JustReserved()
  const keys = tempKeyWrites(database, justReserved)
  const commands = commandWrites(database, justReserved)
  const counters = lockCounterWrites(database)
  const events = eventWrites(database, counters)
  return {
    ...prepareReads(database),
    ...ackWrites(database, justReserved),
    ...alarmWrites(database),
    ...apiKeyWrites(database),
    ...commands,
    ...counters,
    ...events,
    ...idempotencyWrites(database),
    ...keyRevocationWrites(database),
    ...lockWrites(database),
    ...metaWrites(database),
    ...siteWrites(database),
    ...openingWrites(database, justReserved),
    ...keys,
    justReserved,
    /** Call when anything was rolled back: what is held in memory may not be what is stored. */
    forgetUndone: (): void => {
      justReserved.clear()
      keys.takeCounted()
      commands.forgetLanded()
      counters.forgetVersions()
      events.takeNewestSeq()
    },
  }
}
export type Transaction = ReturnType<typeof prepareTransaction>
