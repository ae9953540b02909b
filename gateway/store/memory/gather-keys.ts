import { StoreFault } from '#domain/store-fault.ts'
import type { Reader } from '#store/reader.ts'
import type { KeyMemory } from './key-memory.ts'

const GATHERED_AT_ONCE = 100
const GATHER_EVERY_MS = 10
/** Not while the locks come back and the first guests wait. */
const GATHER_AFTER_MS = 1_000

/**
 * Takes the newest keys into memory as far as there is room, some at a time and between other work: the guests of this
 * week have them. The answer stops it.
 */
export function gatherKeys(reader: Reader, memory: KeyMemory): () => void {
  let cursor: number | null = null
  let timer = setTimeout(next, GATHER_AFTER_MS).unref()
  return () => clearTimeout(timer)

  function next(): void {
    const page = newestKeys(reader, cursor)
    if (page === null) return
    for (const key of page.keys) {
      // A key that is in memory already is just as current, and is ranked by its own use.
      if (memory.has(key.uuid)) continue
      if (!memory.hasRoomFor(key)) return
      memory.keep(key)
    }
    cursor = page.nextCursor
    if (cursor !== null) timer = setTimeout(next, GATHER_EVERY_MS).unref()
  }
}

/** Null when it can't be read: whoever needs a key will hear of that. */
function newestKeys(reader: Reader, cursor: number | null) {
  try {
    return reader.read((reads) => reads.newestTempKeys(cursor, GATHERED_AT_ONCE))
  } catch (error) {
    if (error instanceof StoreFault) return null
    throw error
  }
}
