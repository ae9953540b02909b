import { join } from 'node:path'
import type { ApiKeyStore } from '#domain/access/api-keys.ts'
import type { EventFeed } from '#domain/events/event-feed.ts'
import type { Log, Store } from '#domain/ports.ts'
import type { SiteId } from '#protocol/ids.ts'
import { AlarmBook } from './alarm-book.ts'
import { assertDurable, createStoreFile, openForWriting } from './file/database.ts'
import { migrate, readMigrations } from './file/migrate.ts'
import { openErrorFor } from './file/store-open-error.ts'
import { KeyMemory } from './key-memory.ts'
import { Reader } from './reader.ts'
import { SqliteStore } from './sqlite-store.ts'
import { apiKeyStore } from './tables/api-keys.ts'
import { eventFeed } from './tables/event-feed.ts'
import type { PinnedSite } from './tables/site.ts'
import type { StoreFaults } from './writer/store-faults.ts'
import { Writer } from './writer/writer.ts'

export interface OpenedStore {
  readonly store: Store
  readonly alarms: AlarmBook
  readonly apiKeys: ApiKeyStore
  readonly feed: EventFeed
  /** Keeps the store at the site whose locks it knows. */
  readonly pinSite: (siteId: SiteId) => Promise<PinnedSite>
  /** Nothing ever happened in it. */
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
  /** Given by tests only. */
  readonly faults?: StoreFaults
}): Promise<OpenedStore> {
  const path = join(options.dataDir, 'latchkey.db')
  const reader = new Reader(path)
  const keys = new KeyMemory()
  const writer = new Writer(path, keys, options.log, options.faults ?? null)
  try {
    await prepareFile(path, options.log, () => writer.post('recover', options.nowMs))
    const store = new SqliteStore(reader, writer, keys)
    const isNew = reader.read((reads) => reads.lastSeq() === 0)
    const books = {
      alarms: new AlarmBook(reader, writer),
      apiKeys: apiKeyStore(reader, writer),
      feed: eventFeed(reader),
      pinSite: (siteId: SiteId) => writer.post('pinSite', siteId),
    }
    store.gatherKeys()
    return { store, ...books, isNew }
  } catch (error) {
    reader.close()
    await writer.close()
    throw openErrorFor(error, path)
  }
}

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
