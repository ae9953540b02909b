import type { KeyMemory } from './key-memory.ts'
import type { LastStoredTime } from './last-stored-time.ts'

/** The main thread's caches of the store. */
export interface StoreMemory {
  readonly keys: KeyMemory
  readonly lastStored: LastStoredTime
}
