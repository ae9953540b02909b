import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openErrorFor } from './store-open-error.ts'

export interface Ownership {
  readonly kind: 'owned'
  release(): void
}

/** A connection that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<Database.Database>()

/**
 * Makes this process the owner of a data directory until it releases it or ends: the kernel frees the lock of a killed
 * process at once. Nothing else may open `owner.lock`: POSIX locks of a process end with the first close of the file.
 *
 * @throws StoreOpenError when the directory can't be written
 */
export function takeOwnership(dataDir: string): Ownership | { readonly kind: 'owned-elsewhere' } {
  const path = join(dataDir, 'owner.lock')
  let database: Database.Database | null = null
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const taken = new Database(path, { timeout: 0 })
    database = taken
    taken.exec('BEGIN EXCLUSIVE')
    held.add(taken)
    return { kind: 'owned', release: () => release(taken) }
  } catch (error) {
    database?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      return { kind: 'owned-elsewhere' }
    throw openErrorFor(error, path)
  }
}

function release(database: Database.Database): void {
  held.delete(database)
  database.close()
}
