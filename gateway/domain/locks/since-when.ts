import type { LockPresence } from './lock-link.ts'

/** An alarm that stands at the lock. `sinceMs` is since when what it tells of is so. */
interface StandsSince {
  readonly kind: string
  readonly sinceMs: number
}

/**
 * Since when a lock is as it is. Of one that nobody has heard since the gateway started its alarm still tells when it
 * went; null where there is none.
 */
export function presentSinceMs(
  { online, sinceMs }: Pick<LockPresence, 'online' | 'sinceMs'>,
  alarms: readonly StandsSince[],
): number | null {
  if (online || sinceMs !== null) return sinceMs
  return alarms.find(({ kind }) => kind === 'lock-offline')?.sinceMs ?? null
}
