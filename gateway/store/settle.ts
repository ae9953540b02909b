import { isFreshnessRefusal, type VerifiedAck } from '#domain/ack.ts'
import type { LockEventType } from '#domain/events.ts'
import { type OpeningState, type Transition, transitionByAck } from '#domain/opening.ts'
import type { Settled, SignedCommand } from '#domain/ports.ts'
import { ackHashOf, contradict, saysNeverMoved } from './acks.ts'
import { type CommandRow, type OpeningRow, toOpening } from './opening-rows.ts'
import { appendUse, keyRefOfOpening, moveOpening, plainOf, rowOf } from './openings.ts'
import type { Transaction } from './transaction.ts'

export interface Settle {
  readonly ack: VerifiedAck
  readonly atMs: number
}

/** Transaction 2: what a lock signed is stored, whatever it says, and changes what it proves. */
export function settle(tx: Transaction, { ack, atMs }: Settle): Settled {
  const stored = tx.findAck(ack.lockId, ackHashOf(ack))
  if (stored !== null) {
    const rowId = stored.openingRowId
    return { kind: 'repeat', opening: rowId === null ? null : toOpening(rowOf(tx, rowId)) }
  }
  const command = tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  if (command === null) return storeOrphan(tx, ack, atMs)

  const contradicted = tx.resultsSaidOf(command.rowId).some((said) => contradict(said, ack.result))
  if (contradicted) tx.raiseOwnAlarm('lock-contradicts-itself', ack.lockId, command.commandId, atMs)
  tx.setCommandState(command.rowId, 'answered')
  const opening = rowOf(tx, command.openingRowId)
  const transition = transitionBy(tx, opening, command, ack, contradicted)
  tx.insertAck(ack, command.rowId, transition === null ? 'evidence' : 'settled', atMs)
  if (transition === null) return { kind: 'evidence', opening: toOpening(opening) }

  const after = moveOpening(tx, opening, transition, atMs)
  appendAckEvent(tx, ack, after, transition, atMs)
  appendUse(tx, opening, after, atMs)
  return { kind: 'settled', opening: toOpening(after) }
}

/** A lock that contradicts itself is believed when it says `opened`; nothing else it says gives a use back. */
function transitionBy(
  tx: Transaction,
  opening: OpeningRow,
  command: CommandRow,
  ack: VerifiedAck,
  contradicted: boolean,
): Transition | null {
  if (ack.result === 'opened') return transitionByAck(opening.state, ack, false)
  const others = tx.commandsOf(opening.rowId).filter(({ rowId }) => rowId !== command.rowId)
  const othersNeverMoved = others.every((other) => neverMoved(tx, other))
  const transition = contradicted ? null : transitionByAck(opening.state, ack, othersNeverMoved)
  if (transition !== null && (transition.next !== opening.state || transition.reason !== opening.reason)) {
    return transition
  }
  // Nothing more will settle it in this request.
  const isLeftAlone = opening.state === 'reserved' && !others.some(({ state }) => state === 'in-flight')
  return isLeftAlone ? { next: 'unconfirmed', reason: 'contradiction', corrected: false } : null
}

const neverMoved = (tx: Transaction, command: CommandRow): boolean =>
  command.state === 'withdrawn' ||
  (command.state === 'answered' && tx.resultsSaidOf(command.rowId).every(saysNeverMoved))

const EVENT_OF_STATE: Partial<Record<OpeningState, LockEventType>> = {
  opened: 'LockOpened',
  refused: 'LockOpenRefused',
  jammed: 'LockOpenRefused',
  unconfirmed: 'LockOpenUnconfirmed',
  'not-opened': 'LockOpenNotExecuted',
}

function appendAckEvent(tx: Transaction, ack: VerifiedAck, after: OpeningRow, by: Transition, atMs: number): void {
  const type = EVENT_OF_STATE[after.state]
  if (type === undefined) throw new Error(`no ack leads to ${after.state}`)
  const { openingId, lockId } = after
  const opening = { openingId, keyRef: keyRefOfOpening(after), reason: by.reason, corrected: by.corrected }
  tx.appendEvent({ lockId, type, atMs, chained: { ...opening, ...evidenceOf(ack) }, plain: plainOf(after) })
}

/** Names the lock's signed words, which are stored beside it. */
const evidenceOf = (ack: VerifiedAck) => ({
  result: ack.result,
  commandId: ack.commandId,
  commandHash: ack.commandHash,
  ackHash: ackHashOf(ack),
  keyGeneration: ack.keyGeneration,
  journalSeq: ack.journalSeq,
})

function storeOrphan(tx: Transaction, ack: VerifiedAck, atMs: number): Settled {
  tx.insertAck(ack, null, 'orphan', atMs)
  tx.raiseOwnAlarm('ack-orphaned', ack.lockId, ack.commandId, atMs)
  const { lockId, openingId, keyRef, reason } = ack
  const chained = { openingId, keyRef, reason, ...evidenceOf(ack) }
  tx.appendEvent({ lockId, type: 'AckOrphaned', atMs, chained, plain: {} })
  return { kind: 'orphan', opening: null }
}

export interface Resign {
  readonly ack: VerifiedAck
  readonly command: SignedCommand
  readonly atMs: number
}

/** The one fresh command that answers a refusal for freshness. Its opening stays reserved, its use held. */
export function resign(tx: Transaction, { ack, command, atMs }: Resign): Settled {
  const refused = tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  const opening = refused === null ? null : rowOf(tx, refused.openingRowId)
  const isDue = refused?.state === 'in-flight' && refused.attempt === 1 && opening?.state === 'reserved'
  if (refused === null || opening === null || !isDue || !isFreshnessRefusal(ack)) {
    throw new Error('only the first command in flight of a reserved opening is signed again')
  }
  if (command.openingId !== opening.openingId || command.lockId !== opening.lockId) {
    throw new Error('the command is made for another opening or lock')
  }
  tx.setCommandState(refused.rowId, 'answered')
  tx.insertAck(ack, refused.rowId, 'evidence', atMs)
  tx.insertCommand(command, opening.rowId, 2)
  tx.rememberLastCommand(opening.lockId, command.bootId, command.counter)
  return { kind: 'evidence', opening: toOpening(opening) }
}
