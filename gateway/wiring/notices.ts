import type { Config } from '#config/config.ts'
import { configuredUrls } from '#config/derived.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import { unreachedSeen } from '#domain/alarms/sightings.ts'
import { Deliveries } from '#domain/delivery/deliveries.ts'
import { weeklyTestChore } from '#domain/delivery/weekly-test.ts'
import type { DeliveryRecord } from '#domain/notices/notice.ts'
import { NoticeDesk } from '#domain/telling/notice-desk.ts'
import type { Clock } from '#domain/time/clock.ts'
import { OutwardHeartbeat } from '#domain/upkeep/outward-heartbeat.ts'
import type { RegularWrite } from '#domain/upkeep/regular-write.ts'
import { HeartbeatCall } from '#notify/heartbeat-call.ts'
import { openReceivers } from '#notify/open-receivers.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { alarmsPageUrl } from '#site/staff-entry.ts'
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
  const consoleUrl = alarmsPageUrl(config.http, configuredUrls(config))
  const receivers = openReceivers(config, { log, consoleUrl, nowMs: () => clock.nowMs() })
  const recipients = receivers.receivers
  const deliveries = new Deliveries({
    ...{ store, clock, log, inBackground },
    recipients: recipients.map(({ name }) => name),
    send: receivers.send,
    jitter: Math.random,
    // Where no receiver is named, the desk itself says that nobody is told.
    unreached: (records) => recipients.length > 0 && inBackground(tellUnreached(records, alarms)),
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

/** @param records of those that nothing reaches */
async function tellUnreached(
  records: readonly DeliveryRecord[],
  alarms: Pick<Alarms, 'raise' | 'clear' | 'stands'>,
): Promise<void> {
  const seen = unreachedSeen(records)
  if (seen !== null) await alarms.raise(seen)
  else if (alarms.stands({ kind: 'nobody-told', lockId: null })) await alarms.clear('nobody-told', null)
}
