import type { Principal } from '#domain/access/principal.ts'
import type { LockId } from '#protocol/ids.ts'
import type { RetireLockResult } from './lock-changes.ts'
import { followed, type ManageLocksDeps } from './manage-locks.ts'

/**
 * Takes a lock out of service for good: its keys are revoked, it opens no door again, and its number is never given to
 * another one. What it signed and will still sign stays as true as before.
 */
export const retireLock = async (
  lockId: LockId,
  by: Principal,
  deps: Omit<ManageLocksDeps, 'provisioning'>,
): Promise<RetireLockResult> =>
  await followed(deps.store.retireLock({ lockId, by, atMs: deps.clock.nowMs() }), lockId, deps)
