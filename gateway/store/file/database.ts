import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { StoreOpenError } from './store-open-error.ts'

/** How long a statement waits for another connection, a backup say, before it fails. */
const BUSY_TIMEOUT_MS = 5_000
/** Pages of WAL between two checkpoints: each stops the commits for its time, and fewer of them gave a fifth more openings/s. */
const CHECKPOINT_PAGES = 4_000
const WAL_KEPT_BYTES = 64 * 1024 * 1024

/**
 * A parameter of a join whose value SQLite does not look at. Where it may look, it plans the statement anew for each value
 * that is bound, and that takes ten times as long as the read itself.
 */
export const ANY_VALUE = '(SELECT ?)'

/** Makes the file first, so that neither it nor its WAL is ever readable by another user. */
export function createStoreFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

/** A connection whose commits are on the disk when they return. */
export function openForWriting(path: string): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('cache_size = -16000')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    database.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A commit never waits for it, nor it for a commit. Open it only while a writing connection is open. */
export function openForReading(path: string): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true, readonly: true })
  database.pragma('cache_size = -8000')
  return database
}

/** In WAL mode `synchronous` reads as it really is only after a write. */
export function assertDurable(database: Database.Database): void {
  database.exec('UPDATE meta SET writer_opens = writer_opens + 1')
  const journal = database.pragma('journal_mode', { simple: true })
  const synchronous = database.pragma('synchronous', { simple: true })
  const foreignKeys = database.pragma('foreign_keys', { simple: true })
  if (journal === 'wal' && synchronous === 2 && foreignKeys === 1) return
  throw new StoreOpenError(
    'not-durable',
    `the store would not be durable (journal ${String(journal)}, synchronous ${String(synchronous)})`,
    'Put the data directory on a local file system that supports shared memory.',
  )
}
