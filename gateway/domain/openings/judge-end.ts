import { type Principal, principalLabel, userIdOf } from '#domain/access/principal.ts'
import type { EventData, LockEventType, NewEvent } from '#domain/events/events.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { OpeningSteps } from './opening.ts'
import { changeOf, type JudgedOpening, keyRefOfOpening, type OpeningChange, plainOf } from './opening-change.ts'

/** Of an opening whose request ends without a word of its lock. */
export interface EndOpening {
  readonly openingId: OpeningId
  /** A slug. */
  readonly reason: string
  readonly atMs: number
  readonly steps?: OpeningSteps
}

/** The bolt may have moved: the use stays held. Null unless it is still reserved. */
export function judgeSilence(opening: JudgedOpening, reason: string, atMs: number): OpeningChange | null {
  if (opening.state !== 'reserved') return null
  const chained = chainedOf(opening, { reason })
  const to = { next: 'unconfirmed', reason, corrected: false } as const
  return { ...changeOf(opening, to, atMs, { type: 'LockOpenUnconfirmed', chained }), commandsBecome: 'unanswered' }
}

/** Nothing was sent that can move a bolt: the use is free again. Null unless it is still reserved. */
export function judgeNotSent(opening: JudgedOpening, reason: string, atMs: number): OpeningChange | null {
  if (opening.state !== 'reserved') return null
  const chained = chainedOf(opening, { reason })
  const to = { next: 'not-sent', reason, corrected: false } as const
  return { ...changeOf(opening, to, atMs, { type: 'LockOpenNotSent', chained }), commandsBecome: 'withdrawn' }
}

export interface RecordJoin {
  readonly openingId: OpeningId
  readonly principal: Principal
  /** False in a flood of taps: then its request is remembered, and no event says that it joined. */
  readonly isEvent: boolean
  readonly idempotency: IdempotencyScope | null
  readonly atMs: number
}

/** Another tap was the same one. */
export function joinedEvent(opening: JudgedOpening, principal: Principal, atMs: number): NewEvent {
  const joined = { ...opening, userId: userIdOf(principal) }
  const type: LockEventType = 'LockOpenJoined'
  const chained = chainedOf(opening, { principal: principalLabel(principal) })
  return { lockId: opening.lockId, type, atMs, chained, plain: plainOf(joined) }
}

/** What every event of an opening names. */
export const chainedOf = (opening: JudgedOpening, said: EventData): EventData => ({
  openingId: opening.openingId,
  keyRef: keyRefOfOpening(opening),
  ...said,
})
