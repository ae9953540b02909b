import type { KeyMemory } from './key-memory.ts'
import type { LastStoredTime } from './last-stored-time.ts'

/** What the main thread holds of the store for truth: each kind in one place, and forgotten there. */
export interface StoreMemory {
  readonly keys: KeyMemory
  readonly lastStored: LastStoredTime
}
