import type { Config } from '#config/config.ts'
import { preparedLimitsOf, requestRulesOf, unreachablePages } from '#config/derived.ts'
import type { StaffAccess } from '#domain/access/staff-access.ts'
import { alarmFigures } from '#domain/alarms/alarm-figures.ts'
import { preparedLocksFull } from '#domain/alarms/sightings.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import type { Doors } from '#domain/openings/doors.ts'
import type { RegularWrite } from '#domain/upkeep/regular-write.ts'
import { createApp } from '#http/app.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { type HttpDeps, OWNER_LISTENER } from '#http/contract/http-deps.ts'
import { messageForPeople } from '#lock-link/message-for-people.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { SiteLogo } from '#pictures/site-logo.ts'
import { LoopHeartbeat } from '#runtime/loop-heartbeat.ts'
import { realClock } from '#runtime/real-clock.ts'
import type { Release } from '#runtime/release.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { ownerSocketPath } from '#site/data-dir.ts'
import { listenForOwner } from '#site/listening.ts'
import { createProvisioning } from '#site/lock-provisioning.ts'
import { createReadiness } from '#site/readiness.ts'
import { openListeners, type SiteListeners } from '#site/site-listeners.ts'
import { findStaffEntry } from '#site/staff-entry.ts'
import { storeBytes } from '#store/file/store-bytes.ts'
import type { Background } from './background.ts'
import type { Instruments } from './instruments.ts'
import type { LockSide } from './lock-side.ts'
import type { NoticesSide } from './notices.ts'
import type { SiteRecords } from './site-records.ts'

interface Deps extends Background, LockSide {
  readonly records: SiteRecords
  readonly doors: Doors
  readonly staff: StaffAccess
  readonly tokens: TokenVerifier | null
  readonly regularWrite: RegularWrite
  readonly told: NoticesSide
  readonly instruments: Instruments
  readonly release: Release
  readonly opened: AsyncDisposableStack
}

export interface HttpSide extends SiteListeners {
  readonly ownerSocket: string
  readonly logo: SiteLogo
}

/** The listeners, and the owner's socket. @throws StartupError with what to do */
export async function openHttpSide(config: Config, deps: Deps): Promise<HttpSide> {
  const { records, doors, staff, told, tokens, regularWrite, instruments, release, opened, log } = deps
  const { broker, lastWords, link, brokerAddress, inBackground } = deps
  const { store, apiKeys, feed, eventLog, locks, gatewayKey, alarms, alarmStore } = records
  const { clock } = doors
  const zone = zoneNamed(config.site.timeZone)
  // In real time, whatever clock a test moves: what it measures is this process.
  const heartbeat = new LoopHeartbeat(() => realClock.monotonicMs())
  heartbeat.start()
  opened.defer(() => heartbeat.stop())
  const rules = requestRulesOf(config)
  // With a turn of its own: it waits behind no photo of a door.
  const logo = new SiteLogo(config.site.logo, pictureMaker(), log)
  let publicUrl: string | null = null
  let urls: readonly string[] = []
  const readiness = createReadiness({
    ...{ store, link, tokens, logo, open: doors, writes: regularWrite, ...instruments },
    proxyNotice: rules.proxyNotice,
    notices: { receivers: told.receivers.length, store: records.notices, records: () => told.deliveries.records },
    heartbeat: told.heartbeat,
  })
  const { standingByKind, jobsWaiting } = records
  const brokerCounters = broker === null ? null : () => broker.counters()
  opened.defer(
    instruments.metrics.watch({
      ...{ ...instruments, readiness, standingByKind, jobsWaiting, brokerCounters, version: release.version },
    }),
  )
  const http: HttpDeps = {
    site: { ...config.site, logo: logo.current },
    makePicture: pictureMaker(),
    version: release.version,
    runBefore: records.run.before,
    ...{ store, apiKeys, staff, feed, tokens, heartbeat, ...rules },
    open: doors,
    manageLocks: {
      ...{ store, locks, clock },
      provisioning: createProvisioning(config.site.id, brokerAddress, gatewayKey),
      lockChanged: async (lock) => {
        await lastWords.lockChanged(lock)
        await link.putLock(lock)
      },
      prepared: {
        limits: preparedLimitsOf(config),
        refused: (refusal, by) => inBackground(alarms.raise(preparedLocksFull(refusal, by))),
      },
    },
    manageAlarms: { store: alarmStore, alarms, locks, clock, siteOrganization: config.site.organization },
    storeBytes: () => storeBytes(config.dataDir),
    alarmFigures: () => alarmFigures({ store: { ...alarmStore, ...records.notices }, locks, zone, clock }),
    findLog: {
      ...{ log: eventLog, locks, apiKeys, siteOrganization: config.site.organization },
      readers: new LogReaders({ store, clock, log }),
      zone,
    },
    installation: {
      gatewayPublicKey: gatewayKey.publicKey,
      publicUrl: () => publicUrl,
      isInReach: () => publicUrl !== null && unreachablePages(publicUrl) === null,
      staffEntry: () => findStaffEntry(config.http, urls),
    },
    manageReceivers: { receivers: told.receivers, store: records.notices, send: told.send, works: told.works, clock },
    watchMessages: (lockId, see) =>
      link.watchMessages((trace) => {
        if (trace.lockId === lockId) see(messageForPeople(trace))
      }),
    signIn: config.jwt,
    readiness,
    metrics: instruments.metrics.text,
  }
  const listeners = await openListeners(config.http, {
    appOf: (listener) => createApp(http, listener, log),
    closeLater: (close) => opened.defer(close),
    log,
  })
  publicUrl = listeners.publicUrl
  urls = listeners.urls

  // After the ports: whoever is answered here can rely on the public URL.
  const ownerSocket = ownerSocketPath(config.dataDir)
  const ownerApp = await createApp(http, OWNER_LISTENER, log)
  opened.defer(() => ownerApp.close())
  await listenForOwner(ownerApp, ownerSocket)
  return { ...listeners, ownerSocket, logo }
}
