import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openErrorFor } from './store-open-error.ts'

export interface Ownership {
  readonly kind: 'owned'
  release(): void
}

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
    const held = new Database(path, { timeout: 0 })
    database = held
    held.exec('BEGIN EXCLUSIVE')
    return { kind: 'owned', release: () => void held.close() }
  } catch (error) {
    database?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      return { kind: 'owned-elsewhere' }
    throw openErrorFor(error, path)
  }
}
