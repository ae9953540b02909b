import { type Caller, lockRefusal } from '#domain/access/caller.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { WaitingCaller } from '#domain/taps/waiting-callers.ts'
import type { Doors } from './doors.ts'
import { openWithoutKey } from './open-without-key.ts'
import type { OpeningAnswer } from './outcomes.ts'

export interface OpenAsStaff {
  readonly lock: Lock
  readonly by: Caller
  /** `test`: nobody wants to go in, the door is tried. */
  readonly why: { readonly kind: 'test' } | { readonly kind: 'reason'; readonly text: string }
  /** Of the form that was sent: sent again, it opens nothing again. */
  readonly formId: string
  readonly arrivedMonotonicMs: number
  readonly caller: WaitingCaller
}

/** Somebody in front of a console opens a door: the same way as every opening, without a key, and no guest's use is spent. */
export async function openAsStaff(
  { lock, by, why, formId, arrivedMonotonicMs, caller }: OpenAsStaff,
  doors: Doors,
): Promise<OpeningAnswer> {
  const { lockId } = lock
  const { principal } = by
  const reason = why.kind === 'reason' ? why.text : null
  return await openWithoutKey(
    {
      ...{ lockId, principal, arrivedMonotonicMs, caller, idempotencyKey: `${why.kind} ${formId}` },
      said: { reason, requestId: null, ...(why.kind === 'test' && { test: true }) },
      refusal: () => {
        // It may have waited for the lock's turn: who signed out meanwhile opens nothing.
        if (!by.isStillGood(doors.clock.nowMs())) return 'token-invalid'
        return lockRefusal(principal, doors.locks.get(lockId) ?? lock)
      },
    },
    doors,
  )
}
