import type { Database } from 'better-sqlite3'
import { WriterMemory } from '#store/memory/writer-memory.ts'
import { ackWrites } from './acks.ts'
import { alarmMuteWrites } from './alarm-mutes.ts'
import { alarmWrites } from './alarms.ts'
import { apiKeyWrites } from './api-keys.ts'
import { commandWrites } from './commands.ts'
import { doorPictureWrites } from './door-pictures.ts'
import { eventWrites } from './events.ts'
import { idempotencyWrites } from './idempotency.ts'
import { keyRevocationWrites } from './key-revocations.ts'
import { lockCounterWrites } from './lock-counters.ts'
import { lockWrites } from './locks.ts'
import { metaWrites } from './meta.ts'
import { noticeWrites } from './notices.ts'
import { openingWrites } from './openings.ts'
import { prepareReads } from './reads.ts'
import { siteWrites } from './site.ts'
import { siteEventWrites } from './site-events.ts'
import { staffWrites } from './staff.ts'
import { staffSessionWrites } from './staff-sessions.ts'
import { tempKeyWrites } from './temp-keys.ts'

/** What a job may do inside the transaction that is open: every statement, prepared once for the writing connection. */
export function prepareTransaction(database: Database) {
  const memory = new WriterMemory()
  const counters = lockCounterWrites(database, memory)
  return {
    ...prepareReads(database),
    ...ackWrites(database, memory),
    ...alarmWrites(database, memory),
    ...alarmMuteWrites(database),
    ...apiKeyWrites(database),
    ...commandWrites(database, memory),
    ...counters,
    ...doorPictureWrites(database),
    ...eventWrites(database, memory, counters),
    ...idempotencyWrites(database),
    ...keyRevocationWrites(database),
    ...lockWrites(database),
    ...metaWrites(database),
    ...noticeWrites(database),
    ...siteWrites(database),
    ...siteEventWrites(database),
    ...openingWrites(database, memory),
    ...staffWrites(database),
    ...staffSessionWrites(database),
    ...tempKeyWrites(database, memory),
    justReserved: memory.justReserved,
    /** What happened since the last call, for those outside: ask when it is committed. */
    takeTrace: () => memory.takeTrace(),
    /** Call when anything was rolled back: what is held in memory may not be what is stored. */
    forgetUndone: () => memory.forget(),
  }
}
export type Transaction = ReturnType<typeof prepareTransaction>
