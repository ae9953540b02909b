import type { Config } from '#config/config.ts'
import { ApiKeys } from '#domain/access/api-keys.ts'
import { AlarmLog } from '#domain/alarms/alarm-log.ts'
import { Alarms } from '#domain/alarms/alarms.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { ownDataDirForGood } from '#site/data-dir.ts'
import { openGatewayKey } from '#site/gateway-key.ts'
import { pinSite } from '#site/pin-site.ts'
import { machineStartNow, RunRecord } from '#site/run-record.ts'
import { openStore } from '#store/open-store.ts'
import type { StoreFaults } from '#store/writer/store-faults.ts'
import type { WriterMeter } from '#store/writer/writer.ts'

/** This gateway alone has the store, and so every lock in it. */
export const SWEPT_LOCKS: SweptLocks = 'all'

interface Deps {
  readonly clock: Clock
  readonly log: Log
  /** What is opened here is closed with it. */
  readonly opened: AsyncDisposableStack
  readonly faults: StoreFaults | undefined
  readonly meter: WriterMeter
}

export type SiteRecords = Awaited<ReturnType<typeof openSiteRecords>>

/** Takes the data directory for this process, and opens what lies in it. @throws StartupError with what to do */
export async function openSiteRecords(config: Config, { clock, log, opened, faults, meter }: Deps) {
  const giveBack = await ownDataDirForGood(config.dataDir, (file) =>
    log.warn({ file }, 'this file had a mode for other users too: it is its owner’s alone now'),
  )
  if (giveBack === null) {
    throw new StartupError(
      `another process runs on the data directory ${config.dataDir}: stop it first, or choose another dataDir`,
    )
  }
  opened.defer(giveBack)
  const run = new RunRecord(config.dataDir, machineStartNow(), log)
  // Last but the directory itself: whatever ended before had its chance to fail.
  opened.defer(() => run.end(clock.nowMs()))
  const alarmLog = new AlarmLog(log, clock)
  const openedStore = await openStore({
    dataDir: config.dataDir,
    log,
    nowMs: clock.nowMs(),
    sweptLocks: SWEPT_LOCKS,
    saw: alarmLog.saw,
    meter,
    ...(faults && { faults }),
  })
  const { store, isNew } = openedStore
  opened.defer(() => store.close())
  await pinSite(openedStore, config.site.id)
  const apiKeys = new ApiKeys(await openedStore.apiKeys.listApiKeys(), { store: openedStore.apiKeys, clock })
  const locks = new LockRegistry(await store.listLocks(), clock)
  const gatewayKey = await openGatewayKey(config.dataDir, isNew || locks.list().length === 0)
  const alarms = new Alarms({ store: openedStore.alarms, log: alarmLog, clock })
  await alarms.begin()
  return { ...openedStore, alarmStore: openedStore.alarms, apiKeys, locks, gatewayKey, alarms, run }
}
