import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { ApiKeys } from '#domain/access/api-keys.ts'
import { openStaffAccess, type StaffAccess } from '#domain/access/staff-access.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { createDoors, type Doors } from '#domain/openings/doors.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Picture } from '#domain/pictures/picture.ts'
import type { Store } from '#domain/ports.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { createApp } from '#http/app.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { type Contact, type HttpDeps, type Listener, SERVICES } from '#http/contract/http-deps.ts'
import { alwaysTurning, type Heartbeat } from '#http/front/arrivals.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { openStore } from '#store/open-store.ts'
import { StoreFaults } from '#store/writer/store-faults.ts'
import { atEndOfFile } from '#test/support/ends.ts'
import { org } from '#test/support/ids.ts'
import { putEmptyStore } from '#test/support/migrated-store.ts'
import { checkAnswer } from './check-answer.ts'
import { FakeLockLink } from './fake-lock-link.ts'
import { aKey, aLock, NOW_MS, PUBLIC_KEY_PEM, TestClock } from './route-samples.ts'
import { StoredRows } from './stored-rows.ts'

export interface RouteSite {
  app: FastifyInstance
  store: Store
  staff: StaffAccess
  locks: LockRegistry
  /** What is stored, past everything that holds it in memory. */
  rows: StoredRows
  faults: StoreFaults
  link: FakeLockLink
  clock: TestClock
  watch: OpeningWatch
  /** Every byte that was logged. */
  logged(): string
  shutDown(): void
  addKey(difference?: Partial<TempKey>): TempKey
}

interface Options {
  listener?: Partial<Listener>
  tokens?: TokenVerifier
  limits?: Partial<HttpDeps['limits']>
  trustedProxies?: readonly string[]
  deadlineMs?: number
  heartbeat?: Heartbeat
  timeZone?: string
  contact?: Contact
  logo?: Picture
  signIn?: Partial<NonNullable<HttpDeps['signIn']>>
  publicUrl?: string
  staffOverPlainHttp?: boolean
}

/** An app over a real store in a directory of its own, and a lock that does what a test says. It ends with the app. */
export async function startRouteSite(options: Options = {}): Promise<RouteSite> {
  const { log, logged } = memoryLog()
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-routes-'))
  putEmptyStore(dataDir)
  const faults = new StoreFaults()
  const saw = () => {}
  const {
    store,
    alarms,
    apiKeys: apiKeyStore,
    staff: staffStore,
    feed,
    eventLog,
  } = await openStore({
    dataDir,
    log,
    nowMs: NOW_MS,
    sweptLocks: 'all',
    saw,
    faults,
  })
  const link = new FakeLockLink()
  const clock = new TestClock()
  const { createdAtMs: atMs, version: _, keyGeneration: __, lastCommand: ___, retiredAtMs: ____, ...lock } = aLock()
  await store.createLock({ lock, by: { kind: 'owner' }, atMs })
  const rows = new StoredRows(dataDir)
  const locks = new LockRegistry(await store.listLocks(), clock)
  const apiKeys = new ApiKeys([], { store: apiKeyStore, clock })
  let shuttingDown = false
  const deadlineMs = options.deadlineMs ?? 1_500
  const open: Doors = {
    ...createDoors({
      ...{ store, link, locks, clock, log },
      opening: { deadlineMs, answerWaitMs: deadlineMs },
      releasedAtMs: 0,
      isShuttingDown: () => shuttingDown,
    }),
    limits: { deadlineMs, answerWaitMs: deadlineMs, askWaitMs: 50, sendMarginMs: 100 },
  }

  const { clockTrust } = open
  const staff = await openStaffAccess({ store: staffStore, clock, clockTrust, log })

  const deps: HttpDeps = {
    site: {
      id: 'hill-12',
      name: 'Hügelstraße 12',
      organization: org('Hausverwaltung Nord'),
      timeZone: options.timeZone ?? 'Europe/Berlin',
      contact: options.contact ?? null,
      logo: () => options.logo ?? null,
    },
    version: '0.1.0',
    runBefore: { kind: 'unknown' },
    store,
    open,
    heartbeat: options.heartbeat ?? alwaysTurning(() => clock.monotonicMs()),
    manageLocks: {
      ...{ store, locks, clock },
      provisioning: fakeProvisioning,
      lockChanged: async () => {},
      prepared: { limits: { ofOne: 200, inAll: 2_000 }, refused: () => {} },
    },
    manageAlarms: {
      ...{ store: alarms, locks, clock, siteOrganization: org('Hausverwaltung Nord') },
      alarms: { unstored: [], ended: () => {}, batteryReplaced: () => {} },
    },
    storeBytes: async () => 1_234_567,
    alarmFigures: async () => ({ messages: [], noisiest: [], isAll: true }),
    manageReceivers: {
      ...{
        receivers: [],
        clock,
        store: { waitingNotices: async () => [], deliveryRecords: async () => [], noteReceiverWorks: async () => {} },
      },
      send: async () => ({ kind: 'delivered' }),
      works: () => {},
    },
    makePicture: pictureMaker(),
    installation: {
      gatewayPublicKey: { pem: PUBLIC_KEY_PEM, jwk: {}, hex: '00' },
      publicUrl: () => options.publicUrl ?? 'https://keys.example.org',
      isInReach: () => true,
      staffEntry: () => null,
    },
    tokens: options.tokens ?? null,
    limits: { failures: 1_000, commands: 1_000, calls: 1_000, ...options.limits },
    trustedProxies: options.trustedProxies ?? [],
    proxyNotice: { forwardedForIgnoredAtMs: null },
    staff,
    staffOverPlainHttp: options.staffOverPlainHttp ?? false,
    apiKeys,
    findLog: {
      ...{ log: eventLog, locks, apiKeys, siteOrganization: org('Hausverwaltung Nord') },
      readers: new LogReaders({ store, clock, log }),
      zone: zoneNamed(options.timeZone ?? 'Europe/Berlin'),
    },
    checkAnswer,
    signIn: options.tokens === undefined ? null : { loginUrl: null, sessionMaxS: 3_600, ...options.signIn },
    readiness: async () => ({}),
    watchMessages: () => () => {},
    feed,
  }
  const app = await createApp(
    deps,
    {
      kind: 'network',
      serves: new Set(SERVICES),
      tls: null,
      promisesTls: false,
      publicUrlHost: 'keys.example.org',
      ...options.listener,
    },
    log,
  )
  const end = app.close.bind(app)
  let ending: Promise<void> | null = null
  const close = () => {
    ending ??= (async () => {
      await end()
      rows.close()
      await store.close()
      rmSync(dataDir, { recursive: true })
    })()
    return ending
  }
  atEndOfFile(close)
  Object.assign(app, { close })
  return {
    ...{ app, store, alarms, staff, locks, rows, faults, link, clock, logged },
    watch: open.watch,
    shutDown: () => {
      shuttingDown = true
    },
    addKey: (difference) => {
      const key = aKey(difference)
      rows.addKey(key)
      return key
    },
  }
}

export function memoryLog(): { log: Logger; logged: () => string } {
  const chunks: string[] = []
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { log: pino(sink), logged: () => chunks.join('') }
}

/** No two locks have one key. */
const newPublicKeyPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()

export const fakeProvisioning: HttpDeps['manageLocks']['provisioning'] = {
  newPassword: () => ({ password: 'printed-once', hash: '$7$hash' }),
  newKeyPair: async () => ({ publicKeyPem: newPublicKeyPem(), privateKey: { pem: 'PRIVATE', jwk: {}, hex: '00' } }),
  readPublicKey: async (pem) =>
    pem.includes('BEGIN PUBLIC KEY') ? { publicKeyPem: pem } : { wrong: 'is no SPKI PEM' },
  fingerprintOf: (pem) => `fingerprint of ${pem.length} characters`,
  flashing: ({ lockId, keyGeneration }, secrets) => ({
    ...{
      lockId,
      keyGeneration,
      password: secrets?.password ?? null,
      privateKey: secrets?.privateKey ?? null,
      caPem: null,
      keyFingerprint: null,
      site: 'hill-12',
      host: '192.0.2.1',
      port: 1883,
      user: 'lock-101',
      clientId: 'lock-101',
    },
    topics: { command: 'c', ack: 'a', event: 'e', presence: 'p' },
    gatewayPublicKey: { pem: PUBLIC_KEY_PEM, jwk: {}, hex: '00' },
  }),
}
