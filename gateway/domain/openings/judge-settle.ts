import { ackHashOf, contradict, isFreshnessRefusal, saysNeverMoved, type VerifiedAck } from '#domain/acks/ack.ts'
import type { Sighting } from '#domain/alarms/alarm.ts'
import { wordSeen } from '#domain/alarms/sightings.ts'
import type { EventData, LockEventType } from '#domain/events/events.ts'
import type { KeyRef } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import {
  type CommandState,
  type Opening,
  type OpeningState,
  type OpeningSteps,
  type SignedCommand,
  type Transition,
  transitionByAck,
} from './opening.ts'
import { changeOf, type JudgedOpening, type OpeningChange } from './opening-change.ts'

export interface Settle {
  readonly ack: VerifiedAck
  readonly atMs: number
  /** Of the request that waited for this ack; absent when none did. */
  readonly steps?: OpeningSteps
}

export interface Settled {
  /**
   * `settled`: the ack changed the opening. `evidence`: stored, and the opening stays as it is. `repeat`: this result of
   * this command was stored before, in these bytes or in others. `orphan`: no stored command has this id and hash; stored
   * and alarmed all the same.
   */
  readonly kind: 'settled' | 'evidence' | 'repeat' | 'orphan'
  /** The opening as it now stands; null for an orphan. */
  readonly opening: Opening | null
}

/** A command that an ack is bound to, with its opening. */
export interface BoundCommand {
  readonly opening: JudgedOpening
  /** Of the opening's key, as every command of the opening names it. */
  readonly keyRef: KeyRef | null
  readonly state: CommandState
  readonly attempt: 1 | 2
  /** What the lock has said of it, each result once. */
  readonly said: readonly AckResult[]
}

/** Another command of the same opening. */
export type OtherCommand = Pick<BoundCommand, 'state' | 'said'>

export type SettleVerdict =
  | { readonly kind: 'repeat' }
  /** The ack is stored in either case, and its command answered. `change` is null for mere evidence. */
  | {
      readonly kind: 'settled' | 'evidence'
      readonly change: OpeningChange | null
      readonly sightings: readonly Sighting[]
    }

/** A bolt that moved has moved, whatever else was commanded: only other words depend on the opening's other commands. */
export const isJudgedByOthers = (result: AckResult): boolean => result !== 'opened'

/**
 * What a lock's signed word on one of its commands changes. It is stored, whatever it says.
 *
 * @param others the opening's other commands; looked at only where `isJudgedByOthers`
 */
export function judgeSettle(
  ack: VerifiedAck,
  bound: BoundCommand,
  others: readonly OtherCommand[],
  atMs: number,
): SettleVerdict {
  // One ack for a result: the same said in other bytes proves nothing more, and a lock can sign it without end.
  if (bound.said.includes(ack.result)) return { kind: 'repeat' }
  const contradicted = bound.said.some((result) => contradict(result, ack.result))
  const sightings = wordSeen(ack, contradicted)
  const transition = transitionBy(ack, bound, others, contradicted)
  if (transition === null) return { kind: 'evidence', change: null, sightings }
  const told = { type: eventOf(transition.next), chained: evidenceOf(ack, bound, transition), keyRef: bound.keyRef }
  return { kind: 'settled', change: changeOf(bound.opening, transition, atMs, told), sightings }
}

/** A lock that contradicts itself is believed when it says `opened`; nothing else it says gives a use back. */
function transitionBy(
  ack: VerifiedAck,
  { opening }: BoundCommand,
  others: readonly OtherCommand[],
  contradicted: boolean,
): Transition | null {
  if (ack.result === 'opened') return transitionByAck(opening.state, ack, false)
  const transition = contradicted ? null : transitionByAck(opening.state, ack, others.every(neverMoved))
  if (transition !== null && (transition.next !== opening.state || transition.reason !== opening.reason)) {
    return transition
  }
  // Nothing more will settle it in this request.
  const isLeftAlone = opening.state === 'reserved' && !others.some(({ state }) => state === 'in-flight')
  return isLeftAlone ? { next: 'unconfirmed', reason: 'contradiction', corrected: false } : null
}

const neverMoved = ({ state, said }: OtherCommand): boolean =>
  state === 'withdrawn' || (state === 'answered' && said.every(saysNeverMoved))

const EVENT_OF_STATE: Partial<Record<OpeningState, LockEventType>> = {
  opened: 'LockOpened',
  refused: 'LockOpenRefused',
  jammed: 'LockOpenRefused',
  unconfirmed: 'LockOpenUnconfirmed',
  'not-opened': 'LockOpenNotExecuted',
}

function eventOf(state: OpeningState): LockEventType {
  const type = EVENT_OF_STATE[state]
  if (type === undefined) throw new Error(`no ack leads to ${state}`)
  return type
}

/** Names the lock's signed words, which are stored beside it. Its members stand in order, as the store hashes them. */
const evidenceOf = (ack: VerifiedAck, { opening, keyRef }: BoundCommand, by: Transition): EventData => ({
  ackHash: ackHashOf(ack),
  commandHash: ack.commandHash,
  commandId: ack.commandId,
  corrected: by.corrected,
  journalSeq: ack.journalSeq,
  keyGeneration: ack.keyGeneration,
  keyRef,
  openingId: opening.openingId,
  reason: by.reason,
  result: ack.result,
})

export interface Resign {
  /** The first command's refusal for freshness. */
  readonly ack: VerifiedAck
  readonly command: SignedCommand
  readonly atMs: number
}

/**
 * Whether one fresh command may answer a refusal for freshness. Its opening stays reserved, its use held.
 *
 * @throws Error when it may not, so that nothing of it is stored
 */
export function mustBeDueToResign({ ack, command }: Resign, bound: Omit<BoundCommand, 'said'> | null): void {
  // If the refusal has been settled meanwhile, the use is free, and a second command would move the bolt for nothing.
  // `inProgress` in `settleLateAck` keeps a late ack from settling it, and so guards against the same from the other
  // side. Each is enough alone, and both stay, so that no one change to either can free a use under a moving bolt.
  const isDue = bound?.state === 'in-flight' && bound.attempt === 1 && bound.opening.state === 'reserved'
  if (bound === null || !isDue || !isFreshnessRefusal(ack)) {
    throw new Error('only the first command in flight of a reserved opening is signed again')
  }
  if (command.openingId !== bound.opening.openingId || command.lockId !== bound.opening.lockId) {
    throw new Error('the command is made for another opening or lock')
  }
}
