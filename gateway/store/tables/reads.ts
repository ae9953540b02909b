import type { Database } from 'better-sqlite3'
import { ackReads } from './acks.ts'
import { alarmMuteReads } from './alarm-mutes.ts'
import { alarmCountReads, alarmReads } from './alarms.ts'
import { apiKeyReads } from './api-keys.ts'
import { commandReads } from './commands.ts'
import { doorPictureReads } from './door-pictures.ts'
import { feedReads } from './event-feed.ts'
import { logReads } from './event-log.ts'
import { eventReads } from './events.ts'
import { idempotencyReads } from './idempotency.ts'
import { keyRevocationReads } from './key-revocations.ts'
import { lockRecordReads } from './lock-records.ts'
import { lockReads } from './locks.ts'
import { metaReads } from './meta.ts'
import { noticeReads } from './notices.ts'
import { openingReads } from './openings.ts'
import { siteReads } from './site.ts'
import { siteEventReads } from './site-events.ts'
import { staffReads } from './staff.ts'
import { staffSessionReads } from './staff-sessions.ts'
import { tempKeyListReads } from './temp-key-lists.ts'
import { tempKeyReads } from './temp-key-rows.ts'
import { tempKeySearchReads } from './temp-key-search.ts'

/** Every query, prepared once for one connection. */
export function prepareReads(database: Database) {
  return {
    ...ackReads(database),
    ...alarmReads(database),
    ...alarmCountReads(database),
    ...alarmMuteReads(database),
    ...apiKeyReads(database),
    ...commandReads(database),
    ...doorPictureReads(database),
    ...eventReads(database),
    ...feedReads(database),
    ...idempotencyReads(database),
    ...keyRevocationReads(database),
    ...lockReads(database),
    ...logReads(database),
    ...lockRecordReads(database),
    ...metaReads(database),
    ...noticeReads(database),
    ...openingReads(database),
    ...tempKeyListReads(database),
    ...siteReads(database),
    ...staffReads(database),
    ...staffSessionReads(database),
    ...siteEventReads(database),
    ...tempKeyReads(database),
    ...tempKeySearchReads(database),
  }
}
export type Reads = ReturnType<typeof prepareReads>
