import { isFreshnessRefusal, type VerifiedAck } from '#domain/acks/ack.ts'
import type { LockEventType } from '#domain/events/events.ts'
import { type OpeningState, type Transition, transitionByAck } from '#domain/openings/opening.ts'
import type { Settled, SignedCommand } from '#domain/ports.ts'
import type { KeyRef } from '#protocol/ids.ts'
import { ackHashOf, contradict, saysNeverMoved } from '#store/tables/acks.ts'
import type { NewEvent } from '#store/tables/events.ts'
import { type BoundRow, type CommandRow, type OpeningRow, toOpening } from '#store/tables/opening-rows.ts'
import { moveOpening, plainOf, useEvent } from '#store/tables/openings.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { keepOrphan } from './keep-surplus.ts'

export interface Settle {
  readonly ack: VerifiedAck
  readonly atMs: number
}

/** Transaction 2: what a lock signed is stored, whatever it says, and changes what it proves. */
export function settle(tx: Transaction, { ack, atMs }: Settle): Settled {
  const justReserved = tx.justReserved.find(ack.commandId, ack.commandHash, ack.lockId)
  const bound = justReserved ?? tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  if (bound === null) return keepOrphan(tx, { ack, times: 1 }, atMs)
  const said = justReserved === null ? tx.resultsOf(bound.commandRowId) : NOTHING_SAID
  // One ack for a result: the same said in other bytes proves nothing more, and a lock can sign it without end.
  if (said.includes(ack.result)) return { kind: 'repeat', opening: toOpening(bound) }

  const ackHash = ackHashOf(ack)
  const contradicted = said.some((result) => contradict(result, ack.result))
  if (contradicted) tx.raiseOwnAlarm('lock-contradicts-itself', ack.lockId, ack.commandId, atMs)
  if (bound.commandState === 'in-flight') tx.answerCommand(bound.commandRowId, bound.lockId)
  else if (bound.commandState !== 'answered') tx.setCommandState(bound.commandRowId, 'answered')
  const transition = transitionBy(tx, bound, ack, contradicted)
  tx.insertAck(ack, ackHash, bound.commandRowId, transition === null ? 'evidence' : 'settled', atMs)
  if (transition === null) return { kind: 'evidence', opening: toOpening(bound) }

  const after = moveOpening(tx, bound, transition, atMs)
  const use = useEvent(bound, after, bound.keyRef, atMs)
  const event = ackEvent(ack, ackHash, bound.keyRef, after, transition, atMs)
  tx.appendEvents(bound.lockId, use === null ? [event] : [event, use])
  return { kind: 'settled', opening: toOpening(after) }
}

/** A first word ends the memory of what was just reserved. */
const NOTHING_SAID: ReturnType<Transaction['resultsOf']> = []

/** A lock that contradicts itself is believed when it says `opened`; nothing else it says gives a use back. */
function transitionBy(tx: Transaction, opening: BoundRow, ack: VerifiedAck, contradicted: boolean): Transition | null {
  if (ack.result === 'opened') return transitionByAck(opening.state, ack, false)
  const others = tx.commandsOf(opening.rowId).filter(({ rowId }) => rowId !== opening.commandRowId)
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
  command.state === 'withdrawn' || (command.state === 'answered' && tx.resultsOf(command.rowId).every(saysNeverMoved))

const EVENT_OF_STATE: Partial<Record<OpeningState, LockEventType>> = {
  opened: 'LockOpened',
  refused: 'LockOpenRefused',
  jammed: 'LockOpenRefused',
  unconfirmed: 'LockOpenUnconfirmed',
  'not-opened': 'LockOpenNotExecuted',
}

/** Names the lock's signed words, which are stored beside it. Written in order: see canonicalJson. */
function ackEvent(
  ack: VerifiedAck,
  ackHash: string,
  keyRef: KeyRef | null,
  after: OpeningRow,
  by: Transition,
  atMs: number,
): NewEvent {
  const type = EVENT_OF_STATE[after.state]
  if (type === undefined) throw new Error(`no ack leads to ${after.state}`)
  const chained = {
    ackHash,
    commandHash: ack.commandHash,
    commandId: ack.commandId,
    corrected: by.corrected,
    journalSeq: ack.journalSeq,
    keyGeneration: ack.keyGeneration,
    keyRef,
    openingId: after.openingId,
    reason: by.reason,
    result: ack.result,
  }
  return { lockId: after.lockId, type, atMs, chained, plain: plainOf(after) }
}

export interface Resign {
  readonly ack: VerifiedAck
  readonly command: SignedCommand
  readonly atMs: number
}

/** The one fresh command that answers a refusal for freshness. Its opening stays reserved, its use held. */
export function resign(tx: Transaction, { ack, command, atMs }: Resign): Settled {
  const opening = tx.boundCommand(ack.commandId, ack.commandHash, ack.lockId)
  // If the refusal has been settled meanwhile, the use is free, and a second command would move the bolt for nothing.
  // `inProgress` in `settleLateAck` keeps a late ack from settling it, and so guards against the same from the other
  // side. Each is enough alone, and both stay, so that no one change to either can free a use under a moving bolt.
  const isDue = opening?.commandState === 'in-flight' && opening.attempt === 1 && opening.state === 'reserved'
  if (opening === null || !isDue || !isFreshnessRefusal(ack)) {
    throw new Error('only the first command in flight of a reserved opening is signed again')
  }
  if (command.openingId !== opening.openingId || command.lockId !== opening.lockId) {
    throw new Error('the command is made for another opening or lock')
  }
  tx.answerCommand(opening.commandRowId, opening.lockId)
  tx.insertAck(ack, ackHashOf(ack), opening.commandRowId, 'evidence', atMs)
  tx.insertCommand(command, opening.rowId, 2)
  tx.rememberLastCommand(opening.lockId, command)
  return { kind: 'evidence', opening: toOpening(opening) }
}
