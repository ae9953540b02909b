import type { StoredSighting } from '#domain/alarms/alarm.ts'
import type { LockId } from '#protocol/ids.ts'
import type { KeyCounters } from '#store/tables/rows.ts'
import { JustReserved } from './just-reserved.ts'

/** What happened in a transaction, for those outside of the writer who hold or tell something of it. */
export interface TransactionTrace {
  /** Whose counters moved, in order. */
  readonly counted: readonly KeyCounters[]
  readonly sightings: readonly StoredSighting[]
  /** Of the last event that was appended; 0 when none was. */
  readonly newestSeq: number
}

/**
 * The writer's caches of the store. Nobody else writes, so the writer need not read again what it wrote last. But a
 * rollback undoes what was written: then all of them are emptied.
 */
export class WriterMemory {
  readonly justReserved = new JustReserved()
  /** Locks of which it is known that they have no command in flight. */
  readonly locksWithoutCommand = new Set<LockId>()
  /** The version of each lock's last event. */
  readonly lockVersions = new Map<LockId, number>()
  #counted: KeyCounters[] = []
  #sightings: StoredSighting[] = []
  #newestSeq = 0

  counted(key: KeyCounters): void {
    this.#counted.push(key)
  }

  saw(sighting: StoredSighting): void {
    this.#sightings.push(sighting)
  }

  appended(seq: number): void {
    this.#newestSeq = seq
  }

  /** What happened since the last call: ask when it is committed. */
  takeTrace(): TransactionTrace {
    const trace = { counted: this.#counted, sightings: this.#sightings, newestSeq: this.#newestSeq }
    this.#counted = []
    this.#sightings = []
    this.#newestSeq = 0
    return trace
  }

  /** Call when anything was rolled back. */
  forget(): void {
    this.justReserved.clear()
    this.locksWithoutCommand.clear()
    this.lockVersions.clear()
    this.takeTrace()
  }
}
