import { stat } from 'node:fs/promises'
import { join } from 'node:path'

const FILES = ['latchkey.db', 'latchkey.db-wal'] as const

/** What the store takes of the disk: the file, and what has not yet been folded into it. Null when it can't be told. */
export async function storeBytes(dataDir: string): Promise<number | null> {
  const sizes = await Promise.all(FILES.map((name) => sizeOf(join(dataDir, name))))
  return sizes[0] === null ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch {
    return null
  }
}
