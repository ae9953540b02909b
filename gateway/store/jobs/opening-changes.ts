import { type Principal, principalLabel, userIdOf } from '#domain/access/principal.ts'
import type { EventValue } from '#domain/events/events.ts'
import { type Opening, TOO_OLD } from '#domain/openings/opening.ts'
import type { IdempotencyScope } from '#domain/ports.ts'
import type { KeyRef, LockId, OpeningId } from '#protocol/ids.ts'
import { type OpeningRow, toOpening } from '#store/tables/opening-rows.ts'
import { keyRefOfOpening, moveOpening, plainOf, rowOf, useEvent } from '#store/tables/openings.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** What one call charges at most, so that no commit grows long. */
const CHARGED_AT_ONCE = 500

export interface MarkOpening {
  readonly openingId: OpeningId
  readonly reason: string
  readonly atMs: number
}

export function markUnconfirmed(tx: Transaction, { openingId, reason, atMs }: MarkOpening): Opening {
  const opening = knownOpening(tx, openingId)
  if (opening.state !== 'reserved') return toOpening(opening)
  tx.landCommandsOf(opening.rowId, 'unanswered')
  return toOpening(becomeUnconfirmed(tx, opening, reason, atMs))
}

/** The bolt may have moved: the use stays held. */
export function becomeUnconfirmed(tx: Transaction, opening: OpeningRow, reason: string, atMs: number): OpeningRow {
  const after = moveOpening(tx, opening, { next: 'unconfirmed', reason, corrected: false }, atMs)
  append(tx, 'LockOpenUnconfirmed', after, { reason }, atMs)
  return after
}

export function markNotSent(tx: Transaction, { openingId, reason, atMs }: MarkOpening): Opening {
  return releaseUnsent(tx, knownOpening(tx, openingId), { openingId, reason, atMs })
}

/** The same where nobody knows whether the reserve was stored: null when it was not. */
export function withdraw(tx: Transaction, change: MarkOpening): Opening | null {
  const opening = tx.openingRow(change.openingId)
  return opening === null ? null : releaseUnsent(tx, opening, change)
}

function releaseUnsent(tx: Transaction, opening: OpeningRow, { reason, atMs }: MarkOpening): Opening {
  if (opening.state !== 'reserved') return toOpening(opening)
  tx.landCommandsOf(opening.rowId, 'withdrawn')
  const after = moveOpening(tx, opening, { next: 'not-sent', reason, corrected: false }, atMs)
  append(tx, 'LockOpenNotSent', after, { reason }, atMs)
  return toOpening(after)
}

export interface Decide {
  readonly openingId: OpeningId
  readonly state: 'charged' | 'released'
  readonly reason: string
  readonly by: Principal | 'age'
  readonly atMs: number
}

export function decide(tx: Transaction, decision: Decide): Opening | null {
  const opening = tx.openingRow(decision.openingId)
  if (opening === null) return null
  if (opening.state !== 'unconfirmed') return toOpening(opening)
  const { state, reason, by, atMs } = decision
  const after = moveOpening(tx, opening, { next: state, reason, corrected: false }, atMs)
  const type = state === 'charged' ? 'OpeningCharged' : 'OpeningReleased'
  append(tx, type, after, { reason, by: by === 'age' ? by : principalLabel(by) }, atMs)
  const use = useEvent(opening, after, keyRefOfOpening(after), atMs)
  if (use !== null) tx.appendEvent(use)
  return toOpening(after)
}

export interface ChargeOld {
  readonly startedBeforeMs: number
  readonly atMs: number
}

/** Call again when it answers with something: it charges a bounded number at once. */
export function chargeOld(tx: Transaction, { startedBeforeMs, atMs }: ChargeOld): readonly Opening[] {
  return tx.unconfirmedSince(startedBeforeMs, CHARGED_AT_ONCE).flatMap((rowId) => {
    const { openingId, lockId } = rowOf(tx, rowId)
    const charged = decide(tx, { openingId, state: 'charged', reason: TOO_OLD, by: 'age', atMs })
    tx.raiseOwnAlarm('opening-charged-by-age', lockId, openingId, atMs)
    return charged ?? []
  })
}

export interface RecordJoin {
  readonly openingId: OpeningId
  readonly principal: Principal
  /** False in a flood of taps: then its request is remembered, and nothing more. */
  readonly isEvent: boolean
  readonly idempotency: IdempotencyScope | null
  readonly atMs: number
}

export function recordJoin(tx: Transaction, { openingId, principal, isEvent, idempotency, atMs }: RecordJoin): null {
  const opening = knownOpening(tx, openingId)
  tx.remember(idempotency, opening.rowId, atMs)
  if (!isEvent) return null
  const joined = { ...opening, userId: userIdOf(principal) }
  append(tx, 'LockOpenJoined', joined, { principal: principalLabel(principal) }, atMs)
  return null
}

export interface RecordDenial {
  readonly lockId: LockId
  readonly keyRef: KeyRef | null
  readonly reason: string
  readonly principal: Principal
  readonly count: number
  readonly atMs: number
}

export function recordDenial(tx: Transaction, { lockId, keyRef, reason, principal, count, atMs }: RecordDenial): null {
  const chained = { keyRef, reason, principal: principalLabel(principal), count }
  tx.appendEvent({ lockId, type: 'AccessDenied', atMs, chained, plain: { userId: userIdOf(principal) } })
  return null
}

/** What the last process left `reserved` is never published again: the bolt may have moved. */
export function recover(tx: Transaction, atMs: number): null {
  for (const rowId of tx.reservedOpenings()) becomeUnconfirmed(tx, rowOf(tx, rowId), 'restarted', atMs)
  tx.landAllCommands()
  return null
}

function knownOpening(tx: Transaction, openingId: OpeningId): OpeningRow {
  const opening = tx.openingRow(openingId)
  if (opening === null) throw new Error(`no opening ${openingId}`)
  return opening
}

function append(
  tx: Transaction,
  type: 'LockOpenUnconfirmed' | 'LockOpenNotSent' | 'OpeningCharged' | 'OpeningReleased' | 'LockOpenJoined',
  opening: OpeningRow,
  said: { readonly [name: string]: EventValue },
  atMs: number,
): void {
  const { openingId, lockId } = opening
  const chained = { openingId, keyRef: keyRefOfOpening(opening), ...said }
  tx.appendEvent({ lockId, type, atMs, chained, plain: plainOf(opening) })
}
