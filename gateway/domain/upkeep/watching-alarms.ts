import { AlarmWatch, type WatchedSite } from '#domain/alarms/alarm-watch.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import type { Clock } from '#domain/time/clock.ts'

export const WATCH_EVERY_MS = 5_000

export interface WatchingDeps {
  site: WatchedSite
  alarms: Pick<Alarms, 'stands' | 'take'>
  clock: Pick<Clock, 'startTimer'>
  inBackground(work: Promise<void>): void
}

/** Looks at the site once in some seconds, and raises and ends what the look finds. The answer ends it. */
export function startWatchingAlarms({ site, alarms, clock, inBackground }: WatchingDeps): () => void {
  const watch = new AlarmWatch(site, alarms.stands)
  let isLooking = false
  let stop = clock.startTimer(WATCH_EVERY_MS, again)
  return () => stop()

  function again(): void {
    if (!isLooking) inBackground(look())
    stop = clock.startTimer(WATCH_EVERY_MS, again)
  }

  async function look(): Promise<void> {
    isLooking = true
    try {
      const findings = await watch.look()
      // What is found is found again at the next look: that one waits for no disk.
      inBackground(alarms.take(findings))
    } finally {
      isLooking = false
    }
  }
}
