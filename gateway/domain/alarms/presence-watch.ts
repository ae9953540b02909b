import type { LockPresence } from '#domain/locks/lock-link.ts'
import type { Verdict } from './findings.ts'

/** After a start of the gateway or the broker every lock has so much time to come back. */
export const BACK_WITHIN_MS = 10 * 60_000
/** Online for less than this it may only flap. */
export const STEADY_AFTER_MS = 2 * 60_000

/** Since when a lock is as it is, as far as the looks tell. */
export interface SeenPresence {
  readonly online: boolean
  /** As the presence has it: another value shows a change that no look saw. */
  readonly sinceMs: number | null
  readonly sinceMonotonicMs: number
}

export interface PresenceLimits {
  /** Away for so long it counts as offline. */
  readonly offlineAfterMs: number
  /** Nothing is called offline before; null while the broker is away, for then nobody knows. */
  readonly callableFromMonotonicMs: number | null
}

export const seePresence = (
  before: SeenPresence | undefined,
  { online, sinceMs }: Pick<LockPresence, 'online' | 'sinceMs'>,
  monotonicMs: number,
): SeenPresence =>
  before?.online === online && before.sinceMs === sinceMs ? before : { online, sinceMs, sinceMonotonicMs: monotonicMs }

/** In elapsed time: a wall clock that steps takes no lock offline. */
export function judgeOffline(seen: SeenPresence, monotonicMs: number, limits: PresenceLimits): Verdict {
  const forMs = monotonicMs - seen.sinceMonotonicMs
  if (seen.online) return forMs >= STEADY_AFTER_MS ? 'has-ended' : null
  const { offlineAfterMs, callableFromMonotonicMs } = limits
  if (callableFromMonotonicMs === null || monotonicMs < callableFromMonotonicMs) return null
  return forMs >= offlineAfterMs ? 'is-so' : null
}
