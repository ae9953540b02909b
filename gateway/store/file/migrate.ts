import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { StoreOpenError } from './store-open-error.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** Says in the file's header that it is a Latchkey store: `LKEY`. */
const APPLICATION_ID = 0x4c4b4559

/** The migrations that this version brings, in order. They only grow. */
export function readMigrations(): readonly Migration[] {
  const folder = new URL('./migrations/', import.meta.url)
  return readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+[.]sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, folder), 'utf8') }))
}

/** Brings the store to this version. Each migration is one transaction: an interrupted one leaves the version before it. */
export function migrate(
  database: Database,
  migrations: readonly Migration[] = readMigrations(),
  /** Hears of each that changes a store that was there before: a large one takes a while. */
  begins: (name: string) => void = () => {},
): void {
  refuseForeign(database)
  database.exec(`CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`)
  const applied = database
    .prepare<[], { number: number; name: string; checksum: string }>('SELECT number, name, checksum FROM migrations')
    .all()
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const migration = known.get(number)
    if (migration === undefined) throw newerVersion(name)
    if (checksumOf(migration) !== checksum) throw changed(migration)
  }
  const done = new Set(applied.map(({ number }) => number))
  for (const migration of migrations) {
    if (done.has(migration.number)) continue
    if (applied.length > 0) begins(migration.name)
    apply(database, migration)
  }
}

function apply(database: Database, migration: Migration): void {
  // A migration may have to drop and rebuild a table that foreign keys point to. Set here, because SQLite ignores this
  // pragma inside a transaction.
  database.pragma('foreign_keys = OFF')
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(migration.sql)
    if (database.pragma('foreign_key_check', { simple: true }) !== undefined) {
      throw new Error(`${migration.name} leaves rows that point at nothing`)
    }
    database
      .prepare<[number, string, string]>('INSERT INTO migrations VALUES (?, ?, ?)')
      .run(migration.number, migration.name, checksumOf(migration))
    database.pragma(`application_id = ${APPLICATION_ID}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  } finally {
    database.pragma('foreign_keys = ON')
  }
}

function refuseForeign(database: Database): void {
  const id = database.pragma('application_id', { simple: true })
  const tables = database
    .prepare<[], { count: number }>(`SELECT count(*) AS count FROM sqlite_schema WHERE name <> 'migrations'`)
    .get()
  if (id === APPLICATION_ID || (id === 0 && tables?.count === 0)) return
  throw new StoreOpenError(
    'foreign-database',
    'the store is a database of another program',
    'Check which data directory the configuration names.',
  )
}

const checksumOf = (migration: Migration): string => createHash('sha256').update(migration.sql).digest('hex')

const newerVersion = (name: string): StoreOpenError =>
  new StoreOpenError(
    'newer-version',
    `the store was written by a newer version of Latchkey (it has ${name})`,
    'Install that version or a later one, or restore the backup made before the upgrade.',
  )

const changed = ({ name }: Migration): StoreOpenError =>
  new StoreOpenError(
    'changed-migration',
    `the store was made with another ${name} than this program brings`,
    'Install an unmodified release.',
  )
