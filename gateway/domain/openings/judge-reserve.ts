import { type Principal, principalLabel, userIdOf } from '#domain/access/principal.ts'
import type { NewEvent } from '#domain/events/events.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import { isWhitelisted, type TempKey, type TempKeyRefusal, tempKeyRefusal } from '#domain/temp-keys/temp-key.ts'
import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { Opening, SignedCommand } from './opening.ts'
import { type JudgedOpening, plainOf } from './opening-change.ts'

export interface Reserve {
  readonly openingId: OpeningId
  readonly lockId: LockId
  /** Null for an opening without a temp key. */
  readonly tempKeyUuid: TempKeyUuid | null
  readonly principal: Principal
  readonly command: SignedCommand
  readonly idempotency: IdempotencyScope | null
  /** What a client said of an opening without a key. */
  readonly said?: OpenRequestNote
  readonly atMs: number
}

export interface OpenRequestNote {
  /** In the caller's own words. */
  readonly reason: string | null
  readonly requestId: string | null
  /** Staff try the door: nobody wants to go in. */
  readonly test?: true
}

export type ReserveRefusal =
  | { readonly kind: 'key-not-found' | 'not-whitelisted' | 'lock-retired' }
  | { readonly kind: TempKeyRefusal }
export type ReserveResult = { readonly kind: 'reserved'; readonly opening: Opening } | ReserveRefusal

/** A key as a tap is judged by it: users only where a whitelist decides. */
export type JudgedTempKey = Omit<TempKey, 'description' | 'createdBy' | 'createdAtMs'>

export type ReserveVerdict =
  | {
      readonly kind: 'reserved'
      /** As it begins, its key's use held. */
      readonly opening: JudgedOpening
      /** The first of the opening's events. */
      readonly event: NewEvent
    }
  | ReserveRefusal

/**
 * The judge of a tap: whether it may hold a use. What is asked before this only explains sooner.
 *
 * @param key as it is stored in this very transaction; null when there is none, or the opening needs none
 * @param isRetired whether the lock of an opening without a key is; all keys of a retired lock are revoked
 * @throws Error for a command that was made for another opening or lock
 */
export function judgeReserve(asked: Reserve, key: JudgedTempKey | null, isRetired = false): ReserveVerdict {
  const { openingId, lockId, tempKeyUuid, principal, command, atMs } = asked
  if (tempKeyUuid !== null) {
    if (key === null || key.lockId !== lockId) return { kind: 'key-not-found' }
    if (key.accessMode === 'user-whitelist' && !isWhitelisted(key, principal)) return { kind: 'not-whitelisted' }
    const refusal = tempKeyRefusal(key, atMs)
    if (refusal !== null) return { kind: refusal }
  }
  if (isRetired) return { kind: 'lock-retired' }
  if (command.lockId !== lockId || command.openingId !== openingId) {
    throw new Error('the command is made for another opening or lock')
  }
  const opening: JudgedOpening = {
    ...{ openingId, lockId, tempKeyUuid, userId: userIdOf(principal) },
    ...{ state: 'reserved', reason: null, corrected: false, startedAtMs: atMs, settledAtMs: null },
    usedCountAfter: null,
    usedCountNow: key?.usedCount ?? null,
    heldCountNow: key === null ? null : key.heldCount + 1,
    maxUses: key?.maxUses ?? null,
  }
  return { kind: 'reserved', opening, event: requestedEvent(asked, opening) }
}

/** Its members stand in order, as the store hashes them. */
function requestedEvent({ command, principal, said, atMs }: Reserve, opening: JudgedOpening): NewEvent {
  const { bootId, commandHash, commandId, counter, keyRef } = command
  const { openingId, lockId } = opening
  const by = principalLabel(principal)
  return {
    ...{ lockId, type: 'LockOpenRequested', atMs },
    chained: { bootId, commandHash, commandId, counter, keyRef, openingId, principal: by },
    plain: { ...said, ...plainOf(opening) },
  }
}
