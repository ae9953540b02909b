import { AlarmWatch, type WatchedSite } from '#domain/alarms/alarm-watch.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import type { NoticeDesk } from '#domain/telling/notice-desk.ts'
import type { Clock } from '#domain/time/clock.ts'

export const WATCH_EVERY_MS = 5_000

export interface WatchingDeps {
  site: WatchedSite
  alarms: Pick<Alarms, 'stands' | 'take'>
  /** Tells people of what the looks found. */
  desk: Pick<NoticeDesk, 'look'>
  clock: Pick<Clock, 'startTimer'>
  inBackground(work: Promise<void>): void
}

/** Looks at the site once in some seconds, and raises and ends what the look finds. The answer ends it. */
export function startWatchingAlarms({ site, alarms, desk, clock, inBackground }: WatchingDeps): () => void {
  const watch = new AlarmWatch(site, alarms.stands)
  let isLooking = false
  let isTelling = false
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
      if (!isTelling) inBackground(tell())
    } finally {
      isLooking = false
    }
  }

  async function tell(): Promise<void> {
    isTelling = true
    try {
      await desk.look(watch.back())
    } finally {
      isTelling = false
    }
  }
}
