import { AlarmGlance } from '#domain/alarms/alarm-glance.ts'
import { AckTimes } from '#domain/locks/ack-times.ts'
import { DoorMessages } from '#domain/locks/door-messages.ts'
import { DoorWatch } from '#domain/locks/door-watch.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import { PageStreams } from '#http/streams/page-streams.ts'
import { ToldOnce } from './door/told-once.ts'

/** What all pages of a listener look at together: twenty readers cost as much as one. */
export interface ConsoleViews {
  readonly glance: AlarmGlance
  readonly doors: DoorWatch
  readonly streams: PageStreams
  readonly locks: LockRegistry
  readonly ackTimes: AckTimes
  readonly told: ToldOnce
  readonly messages: DoorMessages
}

export function consoleViews({
  open,
  store,
  manageAlarms,
  findLog,
  watchMessages,
}: Pick<HttpDeps, 'open' | 'store' | 'manageAlarms' | 'findLog' | 'watchMessages'>): ConsoleViews {
  const { link, locks, clock, log, watch } = open
  const glance = new AlarmGlance(manageAlarms)
  const doors = new DoorWatch({ locks, link, store, openings: watch, glance, clock })
  const messages = new DoorMessages(watchMessages, clock)
  const ackTimes = new AckTimes({ log: findLog.log, zone: findLog.zone, clock })
  return { glance, doors, streams: new PageStreams(clock, log), locks, ackTimes, told: new ToldOnce(clock), messages }
}
