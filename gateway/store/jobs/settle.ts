import type { VerifiedAck } from '#domain/acks/ack.ts'
import {
  isJudgedByOthers,
  judgeSettle,
  mustBeDueToResign,
  type OtherCommand,
  type Resign,
  type Settle,
  type Settled,
} from '#domain/openings/judge-settle.ts'
import { openingOf } from '#domain/openings/opening-change.ts'
import type { BoundRow } from '#store/tables/rows.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { changeOpening } from './change-opening.ts'
import { keepOrphan } from './keep-surplus.ts'

/** Transaction 2: what a lock signed is stored, whatever it says, and changes what it proves. */
export function settle(tx: Transaction, { ack, atMs, steps }: Settle): Settled {
  const justReserved = tx.justReserved.find(ack.commandId, ack.commandHash, ack.lockId)
  const row = justReserved ?? tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  if (row === null) return keepOrphan(tx, { ack, times: 1 }, atMs)
  const said = justReserved === null ? tx.resultsOf(row.commandRowId) : NOTHING_SAID
  const others = isJudgedByOthers(ack.result) ? otherCommands(tx, row) : []
  const verdict = judgeSettle(ack, { ...boundOf(row), said }, others, atMs)
  if (verdict.kind === 'repeat') return { kind: 'repeat', opening: openingOf(row) }

  for (const sighting of verdict.sightings) tx.raise(sighting, atMs)
  storeAnswer(tx, row, ack, verdict.kind, atMs)
  return { kind: verdict.kind, opening: changeOpening(tx, row, verdict.change, atMs, steps) }
}

/** For a command found in `justReserved`: its first ack removes it from there, so none has come yet. */
const NOTHING_SAID: ReturnType<Transaction['resultsOf']> = []

const boundOf = (row: BoundRow) => ({
  opening: row,
  keyRef: row.keyRef,
  state: row.commandState,
  attempt: row.attempt,
})

const otherCommands = (tx: Transaction, row: BoundRow): readonly OtherCommand[] =>
  tx
    .commandsOf(row.rowId)
    .filter(({ rowId }) => rowId !== row.commandRowId)
    .map(({ rowId, state }) => ({ state, said: tx.resultsOf(rowId) }))

/** The ack, and that its command is answered. */
function storeAnswer(
  tx: Transaction,
  row: BoundRow,
  ack: VerifiedAck,
  effect: 'settled' | 'evidence',
  atMs: number,
): void {
  if (row.commandState === 'in-flight') tx.answerCommand(row.commandRowId, row.lockId)
  else if (row.commandState !== 'answered') tx.setCommandState(row.commandRowId, 'answered')
  tx.insertAck(ack, row.commandRowId, effect, atMs)
}

/** The one fresh command that answers a refusal for freshness. */
export function resign(tx: Transaction, asked: Resign): Settled {
  const { ack, command, atMs } = asked
  const row = tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  mustBeDueToResign(asked, row === null ? null : boundOf(row))
  if (row === null) throw new Error('nothing is due to be signed again')
  storeAnswer(tx, row, ack, 'evidence', atMs)
  tx.insertCommand(command, row.rowId, 2)
  tx.rememberLastCommand(row.lockId, command)
  return { kind: 'evidence', opening: openingOf(row) }
}
