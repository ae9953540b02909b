import type { Logger } from 'pino'
import type { LockMessageTrace } from '#lock-link/lock-link-options.ts'
import type { Config } from './config/config.ts'
import { openStaffAccess } from './domain/access/staff-access.ts'
import { settleLateAck } from './domain/acks/settle-opening.ts'
import { SurplusBook } from './domain/acks/surplus-book.ts'
import { UnsettledQuestions } from './domain/acks/unsettled-questions.ts'
import { floodSeen } from './domain/alarms/sightings.ts'
import { CountedPresence } from './domain/locks/presence-counts.ts'
import { createDoors } from './domain/openings/doors.ts'
import type { Clock } from './domain/time/clock.ts'
import { RegularWrite } from './domain/upkeep/regular-write.ts'
import { GatewayMetrics } from './metrics/gateway-metrics.ts'
import { openLog } from './runtime/log.ts'
import { readRelease } from './runtime/release.ts'
import { ShortLivedMap } from './runtime/short-lived-map.ts'
import { FreeSpace } from './site/free-space.ts'
import { createBackground } from './wiring/background.ts'
import type { GatewayFaults } from './wiring/gateway-faults.ts'
import { openHttpSide } from './wiring/http-side.ts'
import { openLockSide } from './wiring/lock-side.ts'
import { openNotices } from './wiring/notices.ts'
import { openSiteRecords, SWEPT_LOCKS } from './wiring/site-records.ts'
import { openTokenVerification } from './wiring/token-verification.ts'
import { keepCounts, startUpkeep } from './wiring/upkeep.ts'

export interface Gateway {
  /** Base of the links that guests get, without a slash at its end. */
  readonly publicUrl: string
  /** One URL per listener, in the order of the config. */
  readonly urls: readonly string[]
  /** Where the embedded broker listens; null with an external one. */
  readonly broker: { readonly host: string; readonly port: number } | null
  /** What locks are flashed with: where they find the broker. */
  readonly brokerAddress: { readonly host: string; readonly port: number }
  readonly ownerSocket: string
  watchMessages(watch: (trace: LockMessageTrace) => void): () => void
  /** Reads the listeners' certificates and the logo again; what can't be used leaves the present one in place, and the log says so. */
  reload(why: { readonly signal: NodeJS.Signals }): void
  /**
   * No new opens, running ones get their answer or their deadline, then everything is closed.
   *
   * @param why facts for the log: which signal it was, say
   */
  close(why?: { readonly signal: NodeJS.Signals }): Promise<void>
}

/** Store, broker, link and http, wired. What was opened before a failure is closed again. */
export async function startGateway(config: Config, clock: Clock, faults: GatewayFaults = {}): Promise<Gateway> {
  await using lastToClose = new AsyncDisposableStack()
  let linesLost = () => 0
  const log = faults.logger ?? openOwnLog()
  const background = createBackground(log)
  const { inBackground } = background
  const release = readRelease()
  let shuttingDown = false
  const regularWrite = new RegularWrite(clock)
  const surplus = new SurplusBook()
  await using opened = new AsyncDisposableStack()

  const metrics = new GatewayMetrics()
  const records = await openSiteRecords(config, { clock, log, opened, faults: faults.store, meter: metrics.commits })
  const { store, locks, alarms } = records
  const tokens = await openTokenVerification(config.jwt, { clock, log })
  opened.defer(() => tokens?.close())
  const lockSide = await openLockSide(config, {
    ...{ ...records, clock, log, opened, inBackground, linkTimes: faults.linkTimes },
  })
  const { broker, link, brokerAddress } = lockSide
  const doors = createDoors({
    ...{ store, link, locks, clock, log },
    opening: config.opening,
    releasedAtMs: release.releasedAtMs,
    attempts: new ShortLivedMap(),
    isShuttingDown: () => shuttingDown,
    meter: metrics.openings,
  })
  const staff = await openStaffAccess({ store: records.staff, clock, clockTrust: doors.clockTrust, log })
  opened.defer(() => keepCounts({ records, doors, staff, surplus, log }))
  const questions = new UnsettledQuestions({ store, link, clock, sweptLocks: SWEPT_LOCKS, inBackground })
  opened.defer(() => questions.close())
  await link.start(locks.list(), {
    onAck: (ack) => inBackground(settleLateAck(ack, { ...doors, surplus })),
    onHello: (lockId) => inBackground(questions.ask(lockId)),
    onCutOff: (lockId) => inBackground(alarms.raise(floodSeen(lockId))),
  })
  opened.defer(() => link.stop())

  const told = openNotices(config, { ...background, clock, records, link, regularWrite, opened })
  const instruments = {
    ...{ linesLost: () => linesLost(), metrics },
    freePercent: new FreeSpace(config.dataDir).percent,
    presence: new CountedPresence({ locks, link, store, clock }),
  }
  const shared = { ...background, ...lockSide, records, doors, staff, told, tokens, regularWrite, opened, instruments }
  const { urls, publicUrl, certificates, ownerSocket, logo } = await openHttpSide(config, { ...shared, release })
  startUpkeep(config, { ...shared, questions, surplus })

  records.run.begin(release.version)
  // Last: a picture takes half a second of a core, and doors go first.
  inBackground(logo.read())
  const closing = opened.move()
  const closingLast = lastToClose.move()
  const brokerListensAt = broker === null ? 'external' : `${broker.host}:${broker.port}`
  const started = { urls, publicUrl, broker: brokerListensAt, brokerAddress: brokerAddress() }
  log.info({ ...started, runBefore: records.run.before }, 'gateway started')
  return {
    publicUrl,
    urls,
    broker: broker === null ? null : { host: broker.host, port: broker.port },
    brokerAddress: brokerAddress(),
    ownerSocket,
    watchMessages: (watch) => link.watchMessages(watch),
    reload: (why) => {
      log.info({ ...why, certificates: certificates.length }, 'told to read its certificates again')
      for (const certificate of certificates) certificate.reload()
      told.reload()
      inBackground(logo.read())
    },
    close: async (why) => {
      log.info({ ...why }, 'gateway closes')
      shuttingDown = true
      await closing.disposeAsync()
      log.info({}, 'gateway closed')
      await closingLast.disposeAsync()
    },
  }

  /** Standard output is for what a program was asked to say. */
  function openOwnLog(): Logger {
    const { logger, close, linesLost: lost } = openLog(config.log.level, 2)
    linesLost = lost
    lastToClose.defer(close)
    return logger
  }
}
