import type { WatchedSite } from '#domain/alarms/alarm-watch.ts'
import { startWatchingAlarms, type WatchingDeps } from '#domain/upkeep/watching-alarms.ts'
import { FreeSpace } from './free-space.ts'

interface Deps
  extends Omit<WatchingDeps, 'site' | 'clock'>,
    Omit<WatchedSite, 'freePercent' | 'offlineAfterMs' | 'clock'> {
  readonly clock: WatchingDeps['clock'] & WatchedSite['clock']
}

/** Watches a running site and its disk for alarms. The answer ends it. */
export const watchSite = (
  { alarms, inBackground, ...site }: Deps,
  { dataDir, alarms: limits }: { readonly dataDir: string; readonly alarms: { readonly offlineAfterMin: number } },
): (() => void) =>
  startWatchingAlarms({
    ...{ alarms, inBackground, clock: site.clock },
    site: { ...site, freePercent: new FreeSpace(dataDir).percent, offlineAfterMs: limits.offlineAfterMin * 60_000 },
  })
