import type { FastifyRequest } from 'fastify'
import { lockRefusal } from '#domain/access/caller.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { principalOf } from '#http/routes/route-options.ts'
import type { LockId } from '#protocol/ids.ts'

/** The reasons for which a route over a lock has none for whoever asks. */
export const OF_LOCK = ['lock-not-found', 'not-owner', 'wrong-organization'] as const

/** The lock that a request is about, for whoever may have it. */
export function lockFor(request: FastifyRequest, lockId: LockId, locks: LockRegistry): Lock | Refusal {
  const lock = locks.get(lockId)
  if (lock === null) return { reason: 'lock-not-found' }
  const reason = lockRefusal(principalOf(request), lock)
  return reason === null ? lock : { reason }
}
