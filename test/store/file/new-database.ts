import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { createStoreFile, openForWriting } from '#store/file/database.ts'
import { temporaryDirectory } from '#test/store/support/store-site.ts'

/** Gone at the end of the test. */
export function emptyDirectory(): string {
  const directory = temporaryDirectory()
  onTestFinished(directory.remove)
  return directory.path
}

/** A store's file without a table, as every migration begins with; closed at the end of the test. */
export function newDatabase(): Database.Database {
  const path = join(emptyDirectory(), 'latchkey.db')
  createStoreFile(path)
  const database = openForWriting(path)
  onTestFinished(() => void database.close())
  return database
}
