import type { Database } from 'better-sqlite3'
import { StoreFault } from '#domain/store-fault.ts'
import { openForReading } from './file/database.ts'
import { prepareReads, type Reads } from './tables/reads.ts'

/** The main thread's own connection: what is committed can be read while the next commit is under way. */
export class Reader {
  readonly #path: string
  #connection: { database: Database; reads: Reads } | null = null
  #closed = false

  constructor(path: string) {
    this.#path = path
  }

  /** @throws StoreFault; the next read begins with a new connection. */
  read<Result>(query: (reads: Reads) => Result): Result {
    try {
      return query(this.#connected())
    } catch (error) {
      this.#disconnect()
      throw new StoreFault(`read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }

  close(): void {
    this.#closed = true
    this.#disconnect()
  }

  #connected(): Reads {
    if (this.#closed) throw new Error('the store is closed')
    if (this.#connection === null) {
      const database = openForReading(this.#path)
      this.#connection = { database, reads: prepareReads(database) }
    }
    return this.#connection.reads
  }

  #disconnect(): void {
    this.#connection?.database.close()
    this.#connection = null
  }
}
