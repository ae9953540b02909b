import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import type { Config } from '#config/config.ts'
import {
  configuredBroker,
  configuredPublicUrl,
  configuredUrls,
  preparedLimitsOf,
  requestRulesOf,
} from '#config/derived.ts'
import { ApiKeys } from '#domain/access/api-keys.ts'
import { openStaffAccess } from '#domain/access/staff-access.ts'
import { alarmFigures } from '#domain/alarms/alarm-figures.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { createDoors } from '#domain/openings/doors.ts'
import type { Clock } from '#domain/time/clock.ts'
import { createApp } from '#http/app.ts'
import { OWNER_LISTENER } from '#http/contract/http-deps.ts'
import { alwaysTurning } from '#http/front/arrivals.ts'
import { absentLockLink } from '#lock-link/absent-lock-link.ts'
import { sendNowAndThen } from '#notify/open-receivers.ts'
import { receiversOf } from '#notify/receivers.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { readRelease } from '#runtime/release.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { ownDataDir } from '#site/data-dir.ts'
import { openGatewayKey } from '#site/gateway-key.ts'
import { createProvisioning } from '#site/lock-provisioning.ts'
import { pinSite } from '#site/pin-site.ts'
import { alarmsPageUrl, findStaffEntry } from '#site/staff-entry.ts'
import { openStore } from '#store/open-store.ts'

/**
 * The owner's routes over the store of a site whose gateway does not run: the command line then changes it by the same
 * routes and rules, and no lock can be reached. Null when another process owns the data directory.
 */
export async function openSiteWithoutGateway(
  config: Config,
  clock: Clock,
): Promise<{ app: FastifyInstance; close(): Promise<void> } | null> {
  const log = pino({ level: 'silent' })
  const release = readRelease()
  await using opened = new AsyncDisposableStack()
  const giveBack = ownDataDir(config.dataDir)
  if (giveBack === null) return null
  opened.defer(giveBack)
  const openedStore = await openStore({
    ...{ dataDir: config.dataDir, log, nowMs: clock.nowMs(), sweptLocks: 'all' },
    // Nothing to report alarms to: this process has no log, only the command's answer.
    saw: () => {},
  })
  const { store, apiKeys: apiKeyStore, feed, eventLog, isNew } = openedStore
  opened.defer(() => store.close())
  await pinSite(openedStore, config.site.id)
  const locks = new LockRegistry(await store.listLocks(), clock)
  const apiKeys = new ApiKeys(await apiKeyStore.listApiKeys(), { store: apiKeyStore, clock })
  const gatewayKey = await openGatewayKey(config.dataDir, isNew || locks.list().length === 0)

  const doors = createDoors({
    ...{ store, link: absentLockLink, locks, clock, log },
    opening: config.opening,
    releasedAtMs: release.releasedAtMs,
    isShuttingDown: () => false,
  })
  const { clockTrust } = doors
  const urls = configuredUrls(config)
  const staffEntry = () => (urls === null ? null : findStaffEntry(config.http, urls))

  const app = await createApp(
    {
      site: { ...config.site, logo: () => null },
      makePicture: pictureMaker(),
      version: release.version,
      runBefore: { kind: 'unknown' },
      store,
      open: doors,
      heartbeat: alwaysTurning(() => clock.monotonicMs()),
      manageLocks: {
        store,
        locks,
        provisioning: createProvisioning(config.site.id, () => configuredBroker(config), gatewayKey),
        clock,
        lockChanged: () => Promise.resolve(),
        prepared: { limits: preparedLimitsOf(config), refused: () => {} },
      },
      manageAlarms: {
        ...{ store: openedStore.alarms, locks, clock, siteOrganization: config.site.organization },
        alarms: { unstored: [], ended: () => {}, batteryReplaced: () => {} },
      },
      // Without a gateway there is no console to show it.
      storeBytes: async () => null,
      watchMessages: () => () => {},
      alarmFigures: () =>
        alarmFigures({
          ...{ locks, clock, zone: zoneNamed(config.site.timeZone) },
          store: { ...openedStore.alarms, ...openedStore.notices },
        }),
      manageReceivers: {
        ...{ receivers: receiversOf(config.alarms.notify), store: openedStore.notices, clock },
        works: () => {},
        send: sendNowAndThen(config, {
          ...{ log, nowMs: () => clock.nowMs() },
          consoleUrl: alarmsPageUrl(config.http, urls),
        }),
      },
      installation: {
        gatewayPublicKey: gatewayKey.publicKey,
        publicUrl: () => configuredPublicUrl(config),
        isInReach: () => false,
        staffEntry,
      },
      findLog: {
        ...{ log: eventLog, locks, apiKeys, siteOrganization: config.site.organization },
        readers: new LogReaders({ store, clock, log }),
        zone: zoneNamed(config.site.timeZone),
      },
      tokens: null,
      ...requestRulesOf(config),
      feed,
      readiness: async () => ({}),
      apiKeys,
      staff: await openStaffAccess({ store: openedStore.staff, clock, clockTrust, log }),
      signIn: null,
    },
    OWNER_LISTENER,
    null,
  )
  opened.defer(() => app.close())
  const closing = opened.move()
  return { app, close: () => closing.disposeAsync() }
}
