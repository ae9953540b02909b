import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { createStoreFile, openForWriting } from '#store/file/database.ts'
import { migrate } from '#store/file/migrate.ts'
import { prepareTransaction, type Transaction } from '#store/tables/transaction.ts'
import { temporaryDirectory } from './store-site.ts'

/** A real store without its threads: jobs run one after the other in the transaction that the test opens. */
export function directTransaction(): { database: Database; tx: Transaction; end(): void } {
  const directory = temporaryDirectory()
  const path = join(directory.path, 'latchkey.db')
  createStoreFile(path)
  const database = openForWriting(path)
  migrate(database)
  const end = () => {
    database.close()
    directory.remove()
  }
  return { database, tx: prepareTransaction(database), end }
}
