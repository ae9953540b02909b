import type { WatchedSite } from '#domain/alarms/alarm-watch.ts'
import { startWatchingAlarms, type WatchingDeps } from '#domain/upkeep/watching-alarms.ts'

interface Deps extends Omit<WatchingDeps, 'site' | 'clock'>, Omit<WatchedSite, 'offlineAfterMs' | 'clock'> {
  readonly clock: WatchingDeps['clock'] & WatchedSite['clock']
}

/** Watches a running site and its disk for alarms. The answer ends it. */
export const watchSite = (
  { alarms, desk, inBackground, ...site }: Deps,
  limits: { readonly offlineAfterMin: number },
): (() => void) =>
  startWatchingAlarms({
    ...{ alarms, desk, inBackground, clock: site.clock },
    site: { ...site, offlineAfterMs: limits.offlineAfterMin * 60_000 },
  })
