import { AlarmGlance } from '#domain/alarms/alarm-glance.ts'
import { DoorWatch } from '#domain/locks/door-watch.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import { PageStreams } from '#http/streams/page-streams.ts'

/** What all pages of a listener look at together: twenty readers cost as much as one. */
export interface ConsoleViews {
  readonly glance: AlarmGlance
  readonly doors: DoorWatch
  readonly streams: PageStreams
  readonly locks: LockRegistry
}

export function consoleViews({
  open,
  store,
  manageAlarms,
}: Pick<HttpDeps, 'open' | 'store' | 'manageAlarms'>): ConsoleViews {
  const { link, locks, clock, log, watch } = open
  const glance = new AlarmGlance(manageAlarms)
  const doors = new DoorWatch({ locks, link, store, openings: watch, glance, clock })
  return { glance, doors, streams: new PageStreams(clock, log), locks }
}
