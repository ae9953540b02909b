import type { Opening, OpeningSteps } from '#domain/openings/opening.ts'
import { type OpeningChange, openingOf } from '#domain/openings/opening-change.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { OpeningRow } from '#store/tables/rows.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** Writes everything that a judgement says of an opening. Null changes nothing. Answers it as it now stands. */
export function changeOpening(
  tx: Transaction,
  row: OpeningRow,
  change: OpeningChange | null,
  atMs: number,
  steps?: OpeningSteps,
): Opening {
  if (change === null) return openingOf(row)
  if (change.commandsBecome !== null) tx.closeCommandsOf(row.rowId, change.commandsBecome)
  tx.moveCounters(row, change.counters)
  tx.updateOpening(row.rowId, change, steps)
  tx.appendEvents(row.lockId, change.events)
  for (const sighting of change.sightings) tx.raise(sighting, atMs)
  return openingOf(change.after)
}

export function knownOpening(tx: Transaction, openingId: OpeningId): OpeningRow {
  const row = tx.openingRow(openingId)
  if (row === null) throw new Error(`no opening ${openingId}`)
  return row
}
