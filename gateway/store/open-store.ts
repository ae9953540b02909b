import { join } from 'node:path'
import type { ApiKeyStore, StaffStore } from '#domain/access-ports.ts'
import type { AlarmStore, NoticeStore } from '#domain/alarm-ports.ts'
import type { StoredSighting } from '#domain/alarms/alarm.ts'
import type { EventFeed } from '#domain/events/event-feed.ts'
import type { EventLog } from '#domain/events/event-log.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { Log, Store } from '#domain/ports.ts'
import type { SiteId } from '#protocol/ids.ts'
import { eventFeed } from './event-feed.ts'
import { eventLog } from './event-log.ts'
import { assertDurable, createStoreFile, openForWriting } from './file/database.ts'
import { migrate, readMigrations } from './file/migrate.ts'
import { openErrorFor } from './file/store-open-error.ts'
import type { PinnedSite } from './jobs/pin-site.ts'
import { LongReads } from './long-reads.ts'
import { gatherKeys } from './memory/gather-keys.ts'
import { KeyMemory } from './memory/key-memory.ts'
import { LastStoredTime } from './memory/last-stored-time.ts'
import { Reader } from './reader.ts'
import { sqliteStore } from './sqlite-store.ts'
import type { StoreFaults } from './writer/store-faults.ts'
import { Writer, type WriterMeter } from './writer/writer.ts'

export interface OpenedStore {
  readonly store: Store
  readonly alarms: AlarmStore
  readonly notices: NoticeStore
  readonly apiKeys: ApiKeyStore
  readonly staff: StaffStore
  readonly feed: EventFeed
  readonly eventLog: EventLog
  /** Keeps the store at the site whose locks it knows. */
  readonly pinSite: (siteId: SiteId) => Promise<PinnedSite>
  /** Nothing ever happened in it. */
  /** Changes that nobody has the answer of yet. */
  jobsWaiting(): number
  /** How many alarms stand of each kind; a kind without one is missing. */
  standingByKind(): Promise<readonly { readonly kind: string; readonly count: number }[]>
  readonly isNew: boolean
}

/**
 * Opens the store of a data directory that this process owns. Openings that were `reserved` are `unconfirmed` from here
 * on: they are never published again.
 *
 * @throws StoreOpenError with one line and an advice
 */
export async function openStore(options: {
  readonly dataDir: string
  readonly log: Log
  readonly nowMs: number
  /** Those whose openings the process before this one may have left behind. */
  readonly sweptLocks: SweptLocks
  /** Hears of each alarm that is seen, once that is stored. */
  readonly saw: (sightings: readonly StoredSighting[]) => void
  readonly meter?: WriterMeter
  /** Given by tests only. */
  readonly faults?: StoreFaults
}): Promise<OpenedStore> {
  const { log, saw, meter, faults = null } = options
  const path = join(options.dataDir, 'latchkey.db')
  const reader = new Reader(path)
  const keys = new KeyMemory()
  const writer = new Writer({ path, keys, saw, log, faults, ...(meter && { meter }) })
  try {
    const recovery = { locks: options.sweptLocks, atMs: options.nowMs }
    await prepareFile(path, log, () => writer.post('recover', recovery))
    const lastStored = new LastStoredTime(() => reader.read((reads) => reads.lastStoredMs()))
    const stopGathering = gatherKeys(reader, keys)
    const close = async () => {
      // The writer goes last: the last connection of all folds the WAL into the file.
      stopGathering()
      reader.close()
      await writer.close()
    }
    return {
      store: sqliteStore(reader, writer, { keys, lastStored }, close),
      alarms: alarmStore(reader, writer),
      notices: noticeStore(reader, writer),
      apiKeys: apiKeyStore(reader, writer),
      staff: staffStore(reader, writer),
      feed: eventFeed(reader),
      eventLog: eventLog(reader),
      jobsWaiting: () => writer.waiting,
      standingByKind: async () => reader.read((reads) => reads.standingByKind()),
      pinSite: (siteId) => writer.post('pinSite', { siteId }),
      isNew: reader.read((reads) => reads.lastSeq() === 0),
    }
  } catch (error) {
    reader.close()
    await writer.close()
    throw openErrorFor(error, path)
  }
}

const alarmStore = (reader: Reader, writer: Writer, longReads = new LongReads()): AlarmStore => ({
  countAlarms: (sinceMs) =>
    longReads.run(
      () => reader.read((reads) => reads.countAlarms(sinceMs)),
      (query) => reader.read(query),
    ),
  replaceBattery: (asked) => writer.post('replaceBattery', asked),
  standingAlarms: async (limit) => reader.read((reads) => reads.standingAlarms(limit)),
  raiseAlarm: (seen) => writer.post('raiseAlarm', seen),
  clearAlarm: (cleared) => writer.post('clearAlarm', cleared),
  alarmsBefore: async (page) => reader.read((reads) => reads.alarmsBefore(page)),
  alarmsOfLock: async (lockId, limit) => reader.read((reads) => reads.alarmsOfLock(lockId, limit)),
  recentAlarms: async (sinceMs, limit) => reader.read((reads) => reads.recentAlarms(sinceMs, limit)),
  mutesAt: async (nowMs) => reader.read((reads) => reads.mutesAt(nowMs)),
  acknowledgeAlarm: (asked) => writer.post('acknowledgeAlarm', asked),
  muteAlarms: (asked) => writer.post('muteAlarms', asked),
  unmuteAlarms: (asked) => writer.post('unmuteAlarms', asked),
})

const noticeStore = (reader: Reader, writer: Writer): NoticeStore => ({
  oldestWaitingNotice: async (recipient) => reader.read((reads) => reads.oldestWaitingNotice(recipient)),
  waitingNotices: async (limit) => reader.read((reads) => reads.waitingNotices(limit)),
  noticeDesks: async () => reader.read((reads) => reads.noticeDesks()),
  deliveryRecords: async () => reader.read((reads) => reads.deliveryRecords()),
  countNotices: async (sinceMs, limit) => reader.read((reads) => reads.countNotices(sinceMs, limit)),
  keepNotices: (kept) => writer.post('keepNotices', kept),
  noteNoticeTry: (noted) => writer.post('noteNoticeTry', noted),
  noteReceiverWorks: (noted) => writer.post('noteReceiverWorks', noted),
})

/** The stored API keys, read once and changed through the one writer. */
const apiKeyStore = (reader: Reader, writer: Writer): ApiKeyStore => ({
  listApiKeys: async () => reader.read((reads) => reads.listApiKeys()),
  findApiKey: async (id) => reader.read((reads) => reads.findApiKey(id)),
  createApiKey: (key) => writer.post('createApiKey', key),
  revokeApiKey: (asked) => writer.post('revokeApiKey', asked),
  noteApiKeyUses: (noted) => writer.post('noteApiKeyUses', noted),
})

const staffStore = (reader: Reader, writer: Writer): StaffStore => ({
  presentStaff: async () => reader.read((reads) => reads.presentStaff()),
  findStaff: async (id) => reader.read((reads) => reads.findStaff(id)),
  staffSessions: async () => reader.read((reads) => reads.staffSessions()),
  staffEventsBefore: async (page) => reader.read((reads) => reads.staffEventsBefore(page)),
  addStaff: (asked) => writer.post('addStaff', asked),
  changeStaff: (asked) => writer.post('changeStaff', asked),
  beginStaffSession: (begun) => writer.post('beginStaffSession', begun),
  endStaffSessions: (ended) => writer.post('endStaffSessions', ended),
  noteStaffSeen: (noted) => writer.post('noteStaffSeen', noted),
})

/** Stays connected until the writer is, so that no close folds a large WAL into the file while people wait. */
async function prepareFile(path: string, log: Log, recover: () => Promise<unknown>): Promise<void> {
  createStoreFile(path)
  const database = openForWriting(path)
  try {
    migrate(database, readMigrations(), (migration) =>
      log.info({ migration }, 'changing the form of the store: a large one takes a while'),
    )
    assertDurable(database)
    await recover()
  } finally {
    database.close()
  }
}
