import { statSync } from 'node:fs'
import Database from 'better-sqlite3'

/** A larger store would keep whoever asks waiting for minutes. */
const CHECKED_MAX_BYTES = 268_435_456

/** What is wrong with the file of a store, whether a gateway uses it or not: null for nothing that was found, or a file too large to look through. */
export function quickCheck(path: string): string | null {
  if (statSync(path).size > CHECKED_MAX_BYTES) return null
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 2_000 })
    try {
      const found = database.pragma('quick_check(1)', { simple: true })
      return found === 'ok' ? null : String(found).split('\n', 1)[0]?.slice(0, 200) || 'it is damaged'
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
