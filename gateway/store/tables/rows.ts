import type { CommandState } from '#domain/openings/opening.ts'
import type { JudgedOpening } from '#domain/openings/opening-change.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { KeyRef, TempKeyUuid } from '#protocol/ids.ts'

/** An opening with its key's present counters, and what other tables call it by. */
export interface OpeningRow extends JudgedOpening {
  readonly rowId: number
  readonly tempKeyRowId: number | null
}

/** A command and its opening, in one row: what an ack is judged by. */
export interface BoundRow extends OpeningRow {
  /** Of the opening's key, as every command of the opening names it. */
  readonly keyRef: KeyRef | null
  readonly commandRowId: number
  readonly commandState: CommandState
  readonly attempt: 1 | 2
}

/** `rowId` is what other tables call the key by. */
export interface TempKeyRow extends Omit<TempKey, 'allowedUserIds'> {
  readonly rowId: number
}

/** A key's counters as they stand after the change that moved them. */
export interface KeyCounters {
  readonly uuid: TempKeyUuid
  readonly usedCount: number
  readonly heldCount: number
}
