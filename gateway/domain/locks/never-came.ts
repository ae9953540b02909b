import type { ReadsOfLocks } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import type { LockLink } from './lock-link.ts'

const NOT_ARRIVED_MAX = 20_000

/** Which of these locks have their key and have never been online: nobody misses them, they were never there. */
export async function locksThatNeverCame(
  locks: readonly Lock[],
  { link, store }: { readonly link: Pick<LockLink, 'presence'>; readonly store: Pick<ReadsOfLocks, 'locksNotArrived'> },
): Promise<ReadonlySet<LockId>> {
  const silent = locks.filter(({ lockId, publicKeyPem, retiredAtMs }) => {
    const { online, lastSeenMs } = link.presence(lockId)
    return publicKeyPem !== null && retiredAtMs === null && !online && lastSeenMs === null
  })
  if (silent.length === 0) return new Set()
  const notArrived = new Set(await store.locksNotArrived(Number.MAX_SAFE_INTEGER, NOT_ARRIVED_MAX))
  return new Set(silent.map(({ lockId }) => lockId).filter((lockId) => notArrived.has(lockId)))
}
