import { createHash, randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStoreFile, openForWriting } from '#store/file/database.ts'
import { migrate, readMigrations } from '#store/file/migrate.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/latchkey-tests', import.meta.url))

/**
 * Puts an empty store of this version's form into a data directory. To bring one to its form takes longer than most tests
 * of a route, so it is done once for each set of migrations; what migrations do has tests of its own.
 */
export function putEmptyStore(dataDir: string): void {
  const migrations = readMigrations()
  const checksum = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16)
  const template = path.join(CACHE, `empty-${checksum}.db`)
  if (!existsSync(template)) {
    mkdirSync(CACHE, { recursive: true })
    // Several test processes may make it at once: each its own, and the last one stays.
    const made = path.join(CACHE, randomUUID())
    createStoreFile(made)
    const database = openForWriting(made)
    migrate(database, migrations)
    database.close()
    renameSync(made, template)
  }
  const store = path.join(dataDir, 'latchkey.db')
  createStoreFile(store)
  copyFileSync(template, store)
}
