import type { LockId } from '#protocol/ids.ts'
import { BACK_WITHIN_MS } from './presence-watch.ts'

/** Whether the locks are back after a start of the gateway or a return of its broker. */
export interface LocksBack {
  /** Until then nobody is called missing. */
  readonly isSettling: boolean
  /** Since the start or the return; 0 while the broker is away. */
  readonly forMs: number
  /** Locks of the site that have ever been here. */
  readonly expected: number
  readonly missing: readonly LockId[]
}

/** The alarms of a thousand missing locks are all stored by then. */
const RAISED_WITHIN_MS = 60_000

/**
 * @param present of each lock that is expected, whether it is online
 * @param isKnown that this lock is away was an alarm before
 */
export function judgeBack(
  present: ReadonlyMap<LockId, boolean>,
  isKnown: (lockId: LockId) => boolean,
  callableFromMonotonicMs: number | null,
  monotonicMs: number,
): LocksBack {
  const missing: LockId[] = []
  for (const [lockId, online] of present) if (!online) missing.push(lockId)
  const expected = present.size
  if (callableFromMonotonicMs === null) return { isSettling: true, forMs: 0, expected, missing }
  const isOver = monotonicMs >= callableFromMonotonicMs + RAISED_WITHIN_MS || missing.every(isKnown)
  return { isSettling: !isOver, forMs: monotonicMs - callableFromMonotonicMs + BACK_WITHIN_MS, expected, missing }
}
