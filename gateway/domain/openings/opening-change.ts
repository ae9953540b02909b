import type { Sighting } from '#domain/alarms/alarm.ts'
import type { EventData, LockEventType, NewEvent } from '#domain/events/events.ts'
import { type KeyRef, keyRefOf } from '#protocol/ids.ts'
import { countersFollow, isFinal, type Opening, type Transition } from './opening.ts'

/** An opening with its key's present counters: as it is judged. */
export interface JudgedOpening extends Omit<Opening, 'usedCount'> {
  /** The key's `usedCount` as this opening left it; null while it is not final, and without a key. */
  readonly usedCountAfter: number | null
  /** Null without a key, as `heldCountNow`. */
  readonly usedCountNow: number | null
  readonly heldCountNow: number | null
}

/** The opening as everybody else knows it. */
export const openingOf = ({ usedCountAfter, usedCountNow, ...judged }: JudgedOpening): Opening => ({
  openingId: judged.openingId,
  lockId: judged.lockId,
  tempKeyUuid: judged.tempKeyUuid,
  userId: judged.userId,
  state: judged.state,
  reason: judged.reason,
  corrected: judged.corrected,
  startedAtMs: judged.startedAtMs,
  settledAtMs: judged.settledAtMs,
  usedCount: isFinal(judged.state) ? usedCountAfter : usedCountNow,
  maxUses: judged.maxUses,
})

/** Everything that one judgement changes of an opening: it is stored in one transaction, or nothing of it is. */
export interface OpeningChange {
  readonly after: JudgedOpening
  /** By how much its key's counters move. */
  readonly counters: { readonly used: number; readonly held: number }
  /** A truthful word brought the key above its maximum. */
  readonly isOveruse: boolean
  /** What the opening's commands in flight become; null: they stay as they are. */
  readonly commandsBecome: 'unanswered' | 'withdrawn' | null
  /** In their order, all of the opening's lock. */
  readonly events: readonly NewEvent[]
  readonly sightings: readonly Sighting[]
}

/**
 * Moves an opening to another state; its key's counters follow, here and nowhere else. A use that is spent by it is told
 * after the event of the move.
 *
 * @param keyRef of its key, as its commands name it; worked out when it is not given
 */
export function changeOf(
  opening: JudgedOpening,
  to: Transition,
  atMs: number,
  told: { readonly type: LockEventType; readonly chained: EventData; readonly keyRef?: KeyRef | null },
): OpeningChange {
  const counters = countersFollow(opening.state, to.next)
  const usedCountNow = opening.usedCountNow === null ? null : opening.usedCountNow + counters.used
  const heldCountNow = opening.heldCountNow === null ? null : opening.heldCountNow + counters.held
  const after: JudgedOpening = {
    ...opening,
    state: to.next,
    reason: to.reason,
    corrected: to.corrected || opening.corrected,
    settledAtMs: isFinal(to.next) ? atMs : null,
    usedCountAfter: isFinal(to.next) ? usedCountNow : null,
    ...{ usedCountNow, heldCountNow },
  }
  const isOveruse =
    usedCountNow !== null && counters.used > 0 && opening.maxUses !== null && usedCountNow > opening.maxUses
  const keyRef = told.keyRef === undefined ? keyRefOfOpening(opening) : told.keyRef
  const { lockId } = opening
  const plain = plainOf(after)
  const moved: NewEvent = { lockId, type: told.type, atMs, chained: told.chained, plain }
  return {
    ...{ after, counters, isOveruse, commandsBecome: null },
    events: counters.used === 1 && after.tempKeyUuid !== null ? [moved, usedEvent(after, keyRef, atMs)] : [moved],
    sightings: isOveruse ? [{ kind: 'key-overused', lockId, about: keyRef, times: 1 }] : [],
  }
}

function usedEvent(after: JudgedOpening, keyRef: KeyRef | null, atMs: number): NewEvent {
  const { openingId, lockId, usedCountAfter: usedCount, maxUses } = after
  return {
    lockId,
    type: 'TempKeyUsed',
    atMs,
    chained: { keyRef, maxUses, openingId, usedCount },
    plain: plainOf(after),
  }
}

export const keyRefOfOpening = ({ tempKeyUuid }: Pick<Opening, 'tempKeyUuid'>): KeyRef | null =>
  tempKeyUuid === null ? null : keyRefOf(tempKeyUuid)

/** What only those see who may see the key. */
export const plainOf = ({ tempKeyUuid, userId }: Pick<Opening, 'tempKeyUuid' | 'userId'>) => ({ tempKeyUuid, userId })
