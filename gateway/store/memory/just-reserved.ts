import type { CommandHash, CommandId, LockId } from '#protocol/ids.ts'
import type { BoundRow } from '#store/tables/rows.ts'

interface Kept {
  readonly row: BoundRow
  readonly lockId: LockId
  readonly commandId: CommandId
  readonly commandHash: CommandHash
}

/** Openings wait for their ack some hundred at a time; those of a lost ack must not pile up. */
const KEPT_MAX = 1_000

/**
 * The writer's cache of what it has just reserved: the ack usually comes next, and then nothing has to be read. Every
 * change of a cached row drops it, and every rollback drops all, so the cache never differs from the store.
 */
export class JustReserved {
  readonly #byOpening = new Map<number, Kept>()
  readonly #byCommand = new Map<CommandId, Kept>()
  readonly #byCommandRow = new Map<number, Kept>()
  readonly #byKey = new Map<number, Kept>()

  keep(kept: Kept): void {
    const oldest = this.#byOpening.size < KEPT_MAX ? undefined : this.#byOpening.values().next().value
    if (oldest !== undefined) this.#forget(oldest)
    this.#byOpening.set(kept.row.rowId, kept)
    this.#byCommand.set(kept.commandId, kept)
    this.#byCommandRow.set(kept.row.commandRowId, kept)
    if (kept.row.tempKeyRowId !== null) this.#byKey.set(kept.row.tempKeyRowId, kept)
  }

  /** Bound as in the store: by the command's id, hash and lock. */
  find(commandId: CommandId, commandHash: CommandHash, lockId: LockId): BoundRow | null {
    const kept = this.#byCommand.get(commandId)
    return kept?.commandHash === commandHash && kept.lockId === lockId ? kept.row : null
  }

  forgetOpening(rowId: number): void {
    this.#forget(this.#byOpening.get(rowId))
  }

  /** Its state, or what the lock said of it, changes. */
  forgetCommand(commandRowId: number): void {
    this.#forget(this.#byCommandRow.get(commandRowId))
  }

  /** Its counters change. */
  forgetKey(tempKeyRowId: number): void {
    this.#forget(this.#byKey.get(tempKeyRowId))
  }

  clear(): void {
    for (const map of [this.#byOpening, this.#byCommand, this.#byCommandRow, this.#byKey]) map.clear()
  }

  #forget(kept: Kept | undefined): void {
    if (kept === undefined) return
    this.#byOpening.delete(kept.row.rowId)
    this.#byCommand.delete(kept.commandId)
    this.#byCommandRow.delete(kept.row.commandRowId)
    if (kept.row.tempKeyRowId !== null) this.#byKey.delete(kept.row.tempKeyRowId)
  }
}
