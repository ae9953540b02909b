import type { Logger } from 'pino'
import { type EmbeddedBroker, startEmbeddedBroker } from '#broker/embedded-broker.ts'
import { AlarmLog } from '#domain/alarms/alarm-log.ts'
import { Alarms } from '#domain/alarms/alarms.ts'
import { contestSeen, floodSeen, preparedLocksFull } from '#domain/alarms/sightings.ts'
import { CountedPresence } from '#domain/locks/presence-counts.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import { createApp } from '#http/app.ts'
import { createTokenVerifier } from '#http/auth/token-verifier.ts'
import { absentLockLink } from '#lock-link/absent-lock-link.ts'
import type { BrokerConnection, LockLinkTimes, LockMessageTrace } from '#lock-link/lock-link-options.ts'
import { MqttLockLink } from '#lock-link/mqtt-lock-link.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { SiteLogo } from '#pictures/site-logo.ts'
import type { LockId } from '#protocol/ids.ts'
import { ShortLivedMap } from '#runtime/short-lived-map.ts'
import { TokenKeysWatch } from '#site/token-keys-watch.ts'
import { openStore } from '#store/open-store.ts'
import type { Config } from './config/config.ts'
import { configuredBroker, preparedLimitsOf, requestRulesOf } from './config/derived.ts'
import { ApiKeys } from './domain/access/api-keys.ts'
import { keepSurplus, settleLateAck } from './domain/acks/settle-opening.ts'
import { SurplusBook } from './domain/acks/surplus-book.ts'
import { UnsettledQuestions } from './domain/acks/unsettled-questions.ts'
import { LastWords } from './domain/locks/last-words.ts'
import { LockRegistry } from './domain/locks/lock-registry.ts'
import { createDoors } from './domain/openings/doors.ts'
import type { Clock } from './domain/time/clock.ts'
import { startHousekeeping } from './domain/upkeep/housekeeping.ts'
import { RegularWrite, startRegularWrites } from './domain/upkeep/regular-write.ts'
import type { HttpDeps } from './http/contract/http-deps.ts'
import { OWNER_LISTENER } from './http/contract/http-deps.ts'
import { openLog } from './runtime/log.ts'
import { LoopHeartbeat } from './runtime/loop-heartbeat.ts'
import { realClock } from './runtime/real-clock.ts'
import { readRelease } from './runtime/release.ts'
import { StartupError } from './runtime/startup-error.ts'
import { readBrokerPassword } from './site/broker-password.ts'
import { ownDataDirForGood, ownerSocketPath } from './site/data-dir.ts'
import { FreeSpace } from './site/free-space.ts'
import { openGatewayKey } from './site/gateway-key.ts'
import { listenError, listenForOwner } from './site/listening.ts'
import { createProvisioning } from './site/lock-provisioning.ts'
import { pinSite } from './site/pin-site.ts'
import { createReadiness } from './site/readiness.ts'
import { openListeners } from './site/site-listeners.ts'
import { watchSite } from './site/watch-site.ts'
import type { StoreFaults } from './store/writer/store-faults.ts'

/** This gateway alone has the store, and so every lock in it. */
const SWEPT_LOCKS: SweptLocks = 'all'

/** Given by tests alone: `main.ts` has no path to them. */
export interface GatewayFaults {
  readonly store?: StoreFaults
  readonly linkTimes?: Partial<LockLinkTimes>
  readonly logger?: Logger
}

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
  const release = readRelease()
  let shuttingDown = false
  const regularWrite = new RegularWrite(clock)
  const surplus = new SurplusBook()
  await using opened = new AsyncDisposableStack()

  const giveBack = await ownDataDirForGood(config.dataDir, (file) =>
    log.warn({ file }, 'this file had a mode for other users too: it is its owner’s alone now'),
  )
  if (giveBack === null) {
    throw new StartupError(
      `another process runs on the data directory ${config.dataDir}: stop it first, or choose another dataDir`,
    )
  }
  opened.defer(giveBack)
  const alarmLog = new AlarmLog(log, clock)
  const openedStore = await openStore({
    dataDir: config.dataDir,
    log,
    nowMs: clock.nowMs(),
    sweptLocks: SWEPT_LOCKS,
    saw: alarmLog.saw,
    ...(faults.store && { faults: faults.store }),
  })
  const { store, apiKeys: apiKeyStore, feed, isNew } = openedStore
  opened.defer(() => store.close())
  await pinSite(openedStore, config.site.id)
  const apiKeys = new ApiKeys(await apiKeyStore.listApiKeys(), { store: apiKeyStore, clock })
  opened.defer(() => keepCounts())
  const locks = new LockRegistry(await store.listLocks(), clock)
  const gatewayKey = await openGatewayKey(config.dataDir, isNew || locks.list().length === 0)
  const tokens = config.jwt === null ? null : await openTokens(config.jwt)
  opened.defer(() => tokens?.close())
  const alarms = new Alarms({ store: openedStore.alarms, log: alarmLog, clock })
  await alarms.begin()
  const tokenKeysWatch = new TokenKeysWatch(alarms, clock)

  const lastWords = new LastWords({ store, locks })
  await lastWords.begin()
  const broker = config.broker.mode === 'embedded' ? await startBroker(config.broker) : null
  if (broker !== null) opened.defer(() => broker.close())
  const link = new MqttLockLink({
    site: config.site.id,
    broker: brokerConnection(),
    signingKey: gatewayKey.signingKey,
    clock,
    log,
    times: { silenceMs: config.presence.silenceMs, answerWaitMs: config.presence.answerWaitMs, ...faults.linkTimes },
  })
  const open = createDoors({
    ...{ store, link, locks, clock, log },
    opening: config.opening,
    releasedAtMs: release.releasedAtMs,
    attempts: new ShortLivedMap(),
    isShuttingDown: () => shuttingDown,
  })
  const questions = new UnsettledQuestions({ store, link, clock, sweptLocks: SWEPT_LOCKS, inBackground })
  opened.defer(() => questions.close())
  await link.start(locks.list(), {
    onAck: (ack) => inBackground(settleLateAck(ack, { ...open, surplus })),
    onHello: (lockId) => inBackground(questions.ask(lockId)),
    onCutOff: (lockId) => inBackground(alarms.raise(floodSeen(lockId))),
  })
  opened.defer(() => link.stop())

  // In real time, whatever clock a test moves: what it measures is this process.
  const heartbeat = new LoopHeartbeat(() => realClock.monotonicMs())
  heartbeat.start()
  opened.defer(() => heartbeat.stop())
  const rules = requestRulesOf(config)
  const presence = new CountedPresence({ locks, link, store, clock })
  const freePercent = new FreeSpace(config.dataDir).percent
  // With a turn of its own: it waits behind no photo of a door.
  const logo = new SiteLogo(config.site.logo, pictureMaker(), log)
  const http: HttpDeps = {
    site: { ...config.site, logo: logo.current },
    makePicture: pictureMaker(),
    version: release.version,
    store,
    open,
    heartbeat,
    manageLocks: {
      store,
      locks,
      provisioning: createProvisioning(config.site.id, brokerAddress, gatewayKey),
      clock,
      lockChanged: async (lock) => {
        if (lock.retiredAtMs === null || !(await lastWords.isAwaitedFrom(lock))) broker?.disconnectLock(lock.lockId)
        await link.putLock(lock)
      },
      prepared: {
        limits: preparedLimitsOf(config),
        refused: (refusal, by) => inBackground(alarms.raise(preparedLocksFull(refusal, by))),
      },
    },
    manageAlarms: {
      ...{ store: openedStore.alarms, alarms, locks, clock, siteOrganization: config.site.organization },
    },
    installation: { gatewayPublicKey: gatewayKey.publicKey, publicUrl: () => publicUrl },
    tokens,
    ...rules,
    apiKeys,
    signIn: config.jwt,
    feed,
    readiness: createReadiness({
      ...{ store, link, tokens, open, proxyNotice: rules.proxyNotice, writes: regularWrite, logo, presence },
      ...{ freePercent, linesLost: () => linesLost() },
    }),
  }
  const { urls, publicUrl, certificates } = await openListeners(config.http, {
    appOf: (listener) => createApp(http, listener, log),
    closeLater: (close) => opened.defer(close),
    log,
  })

  // After the ports: whoever is answered here can rely on the public URL.
  const ownerSocket = ownerSocketPath(config.dataDir)
  const ownerApp = await createApp(http, OWNER_LISTENER, log)
  opened.defer(() => ownerApp.close())
  await listenForOwner(ownerApp, ownerSocket)
  opened.defer(startRegularWrites({ store, regularWrite, clock, log }))
  const chargeAfterMs = config.opening.chargeUnconfirmedAfterH * 3_600_000
  opened.defer(
    startHousekeeping({
      ...{ ...open, store, questions, chargeAfterMs, regularWrite, sweptLocks: SWEPT_LOCKS, inBackground },
      chores: [
        () => apiKeys.keepUses(),
        async () => {
          for (const lockId of await lastWords.look()) broker?.disconnectLock(lockId)
        },
        (nowMs) => keepSurplus({ store, link, log, surplus }, nowMs),
        () => tokenKeysWatch.look(tokens),
      ],
    }),
  )

  opened.defer(
    watchSite(
      { ...open, store, link, apiKeys, writes: regularWrite, linesLost, freePercent, alarms, inBackground },
      config.alarms,
    ),
  )

  // Last: a picture takes half a second of a core, and doors go first.
  inBackground(logo.read())
  const closing = opened.move()
  const closingLast = lastToClose.move()
  log.info(
    {
      ...{ urls, publicUrl, broker: broker === null ? 'external' : `${broker.host}:${broker.port}` },
      brokerAddress: brokerAddress(),
    },
    'gateway started',
  )
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

  async function startBroker(options: { host: string; port: number }): Promise<EmbeddedBroker> {
    try {
      return await startEmbeddedBroker({
        site: config.site.id,
        host: options.host,
        port: options.port,
        clock,
        credentials: { passwordHashOf },
        log,
        onLockClosed: (lockId) => link.lockClosed(lockId),
        onLockListens: (lockId) => link.lockListens(lockId),
        onLockExceeded: (lockId, count) => link.lockExceeded(lockId, count),
        onLockContested: (lockId, contest) => inBackground(alarms.raise(contestSeen(lockId, contest))),
      })
    } catch (error) {
      throw listenError(error, 'broker', options.host, options.port)
    }
  }

  function passwordHashOf(lockId: LockId): string | null {
    const lock = locks.get(lockId)
    return lock !== null && lastWords.mayConnect(lock) ? lock.mqttPasswordHash : null
  }

  async function openTokens(jwt: NonNullable<Config['jwt']>) {
    try {
      return await createTokenVerifier(jwt.issuers, { clock, log })
    } catch (error) {
      throw new StartupError(`${error instanceof Error ? error.message : String(error)}: put the issuer's keys there`)
    }
  }

  function brokerConnection(): BrokerConnection {
    if (broker !== null) return { kind: 'embedded', openPort: (events) => broker.openGatewayPort(events) }
    if (config.broker.mode === 'embedded') throw new Error('the embedded broker did not start')
    const { url, userName, passwordFile } = config.broker
    return { kind: 'external', url, userName, password: readBrokerPassword(passwordFile) }
  }

  function brokerAddress() {
    const configured = configuredBroker(config)
    return broker === null ? configured : { ...configured, port: broker.port }
  }

  /** Losing last-used times and what locks said beyond what is kept must not fail the shutdown. */
  async function keepCounts(): Promise<void> {
    const keeping = [apiKeys.keepUses(), keepSurplus({ store, link: absentLockLink, log, surplus }, clock.nowMs())]
    for (const kept of await Promise.allSettled(keeping)) {
      if (kept.status === 'rejected') log.warn({ cause: String(kept.reason) }, 'counts not kept')
    }
  }

  function inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      log.error({ cause: error instanceof Error ? error.message : String(error) }, 'background work failed'),
    )
  }
}
