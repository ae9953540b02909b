import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openErrorFor } from './store-open-error.ts'

export interface Ownership {
  readonly kind: 'owned'
  release(): void
}

/** A file's lock: held by this process; by another that writes; or only by processes that read, which none of ours does. */
type Lock = { readonly kind: 'held'; readonly database: Database.Database } | { readonly kind: 'writer' | 'readers' }

/** A process that takes an exclusive lock holds a shared one for a moment first: it must not pass for a mere reader. */
const TRIES_PAST_READERS = 20
const BETWEEN_TRIES_MS = 5

/** A connection that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<Database.Database>()

/**
 * Makes this process the owner of a data directory until it releases it or ends: the kernel frees the locks of a killed
 * process at once. Nothing else may open the files: a process loses its POSIX locks on a file as soon as it closes any
 * of its descriptors of that file.
 *
 * Two files, because earlier versions made `owner.lock` readable by everybody, and whoever may read a file may hold a
 * shared lock on it for ever. `ownership.lock`, which no other user could ever open, decides. `owner.lock` is locked
 * too where possible, to keep an earlier version from starting.
 *
 * @throws StoreOpenError when the directory can't be written
 */
export function takeOwnership(dataDir: string): Ownership | { readonly kind: 'owned-elsewhere' } {
  const [deciding, former] = [join(dataDir, 'ownership.lock'), join(dataDir, 'owner.lock')]
  let database: Database.Database | null = null
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const own = lock(deciding)
    if (own.kind !== 'held') return { kind: 'owned-elsewhere' }
    database = own.database
    const before = lockPastReaders(former)
    if (before.kind === 'writer') {
      database.close()
      return { kind: 'owned-elsewhere' }
    }
    const both = before.kind === 'held' ? [own.database, before.database] : [own.database]
    for (const each of both) held.add(each)
    return { kind: 'owned', release: () => both.forEach(release) }
  } catch (error) {
    database?.close()
    throw openErrorFor(error, deciding)
  }
}

function release(database: Database.Database): void {
  held.delete(database)
  database.close()
}

function lockPastReaders(path: string): Lock {
  for (let tries = 0; ; tries += 1) {
    const found = lock(path)
    if (found.kind !== 'readers' || tries === TRIES_PAST_READERS) return found
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS)
  }
}

function lock(path: string): Lock {
  makeForOwnerAlone(path)
  const database = new Database(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return { kind: 'held', database }
  } catch (error) {
    const kind = isBusy(error) ? holderOf(database) : null
    database.close()
    if (kind === null) throw error
    return { kind }
  }
}

/** An exclusive lock lets nobody read; beside a shared one everybody may. */
function holderOf(database: Database.Database): 'writer' | 'readers' {
  try {
    database.prepare('SELECT 1 FROM sqlite_schema').get()
    return 'readers'
  } catch (error) {
    if (isBusy(error)) return 'writer'
    throw error
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/** Only a new file is opened here: to close one that this process has locked would end the lock. */
function makeForOwnerAlone(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
