import type { Config } from '#config/config.ts'
import { alarmsPageAt, configuredUrls } from '#config/derived.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import { Deliveries } from '#domain/delivery/deliveries.ts'
import { weeklyTestChore } from '#domain/delivery/weekly-test.ts'
import { NoticeDesk } from '#domain/telling/notice-desk.ts'
import type { Clock } from '#domain/time/clock.ts'
import { OutwardHeartbeat } from '#domain/upkeep/outward-heartbeat.ts'
import type { RegularWrite } from '#domain/upkeep/regular-write.ts'
import { HeartbeatCall } from '#notify/heartbeat-call.ts'
import { openReceivers } from '#notify/open-receivers.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { findStaffEntry } from '#site/staff-entry.ts'
import type { Background } from './background.ts'
import type { SiteRecords } from './site-records.ts'

interface Deps extends Background {
  readonly clock: Clock
  readonly records: Pick<SiteRecords, 'notices' | 'alarmStore' | 'alarms' | 'locks'>
  readonly link: { roundTrip(withinMs: number): Promise<boolean> }
  readonly regularWrite: RegularWrite
  readonly opened: AsyncDisposableStack
}

export type NoticesSide = ReturnType<typeof openNotices>

/** Delivery of messages, the weekly test and the heartbeat. @throws StartupError with what to do */
export function openNotices(config: Config, deps: Deps) {
  const { clock, log, records, link, regularWrite, opened, inBackground } = deps
  const { alarms, locks, notices: store } = records
  const urls = configuredUrls(config)
  const alarmsPage = alarmsPageAt(urls === null ? null : findStaffEntry(config.http, urls))
  const receivers = openReceivers(config, { log, nowMs: () => clock.nowMs(), alarmsPage })
  const recipients = receivers.receivers
  const deliveries = new Deliveries({
    ...{ store, clock, log, inBackground },
    recipients: recipients.map(({ name }) => name),
    send: receivers.send,
    jitter: Math.random,
    // Where no receiver is named, the desk itself says that nobody is told.
    unreached: (names) => recipients.length > 0 && inBackground(tellUnreached(names, alarms)),
  })
  const { heartbeat: beat } = config.alarms
  const call = beat === null ? null : new HeartbeatCall(beat, log)
  const heartbeat =
    beat === null || call === null
      ? null
      : new OutwardHeartbeat({
          ...{ clock, log, link, inBackground, writes: regularWrite, call: call.call },
          everyMs: beat.everyMin * 60_000,
        })
  const zone = zoneNamed(config.site.timeZone)
  const desk = new NoticeDesk({
    ...{ alarms, locks, clock, log, zone, recipients, deliveries, inBackground },
    store: { ...records.alarmStore, ...store },
    offlineAfterMs: config.alarms.offlineAfterMin * 60_000,
  })
  return {
    desk,
    receivers: recipients,
    send: receivers.send,
    works: (name: string) => deliveries.works(name),
    deliveries,
    heartbeat,
    chore: weeklyTestChore({ siteId: config.site.id, recipients, zone, store, kept: () => deliveries.look() }),
    start: async () => {
      opened.defer(() => {
        deliveries.close()
        heartbeat?.stop()
        receivers.close()
        call?.close()
      })
      heartbeat?.start()
      await desk.begin()
      await deliveries.begin()
    },
    /** Reads secrets and certificates again; what can't be used changes nothing, and the log says so. */
    reload: () => {
      receivers.reload()
      call?.reload()
    },
  }
}

const NAMED_MAX = 5

async function tellUnreached(
  names: readonly string[],
  alarms: Pick<Alarms, 'raise' | 'clear' | 'stands'>,
): Promise<void> {
  const name = { kind: 'nobody-told', lockId: null } as const
  if (names.length === 0) {
    if (alarms.stands(name)) await alarms.clear(name.kind, name.lockId)
    return
  }
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : ''
  const who = `${names.slice(0, NAMED_MAX).join(', ')}${more}`
  const advice = `Messages to ${who} did not arrive for a day: alarms receivers says why. Mend it, and try it with alarms test.`
  await alarms.raise({ ...name, about: null, weight: names.length, advice })
}
