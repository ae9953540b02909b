import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import accepts from '@fastify/accepts'
import cookie from '@fastify/cookie'
import fastify from 'fastify'
import { pino } from 'pino'
import { ApiKeys } from '#domain/access/api-keys.ts'
import { ROLES, type StaffRole } from '#domain/access/roles.ts'
import type { Sighting } from '#domain/alarms/alarm.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import type { LockHello, LockPresence } from '#domain/locks/lock-link.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { createDoors } from '#domain/openings/doors.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import { addPageCompression } from '#http/pages/shared/compress-pages.ts'
import { addBodyParsers } from '#http/requests/body-parsers.ts'
import { addValidation } from '#http/requests/validation.ts'
import { consoleAssetRoutes } from '#http/routes/console/assets.ts'
import type { PageDeps } from '#http/routes/console/console-boards.ts'
import { consolePages } from '#http/routes/console/console-pages.ts'
import { type LockId, newBootId, newStaffId } from '#protocol/ids.ts'
import { realClock } from '#runtime/real-clock.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { openStore } from '#store/open-store.ts'
import { FakeLockLink } from './fake-lock-link.ts'
import { PUBLIC_KEY_PEM } from './route-samples.ts'
import { fakeProvisioning } from './route-site.ts'

const AWAY: LockPresence = {
  ...{ online: false, answers: false, offlineCause: 'not-connected', sinceMs: null, lastSeenMs: null },
  ...{ door: 'unknown', batteryPercent: null },
}

/** Locks that are as a test says, without any wire. */
export class HouseLink extends FakeLockLink {
  readonly presences = new Map<LockId, LockPresence>()
  readonly hellos = new Map<LockId, LockHello>()

  override presence(lockId?: LockId): LockPresence {
    return (lockId === undefined ? undefined : this.presences.get(lockId)) ?? AWAY
  }
  override lastHello(lockId?: LockId): LockHello | null {
    return (lockId === undefined ? undefined : this.hellos.get(lockId)) ?? null
  }

  /** It answers, and says this of itself. */
  comes(lockId: LockId, difference: Partial<LockPresence> = {}, firmware = '1.4.2'): void {
    const atMs = realClock.nowMs()
    this.presences.set(lockId, {
      ...{ online: true, answers: true, offlineCause: null, sinceMs: atMs, lastSeenMs: atMs },
      ...{ door: 'closed', batteryPercent: 87, ...difference },
    })
    this.hellos.set(lockId, { atMs, bootId: newBootId(), uptimeS: 1_000, firmware, ops: ['open'] })
  }
}

/** The console's pages over a real store, and whoever a test says has signed in. */
export async function startConsoleHouse(
  options: { readonly role?: StaffRole; readonly deps?: Partial<PageDeps>; readonly port?: number } = {},
) {
  const log = pino({ level: 'silent' })
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-console-'))
  const nowMs = realClock.nowMs()
  const { store, alarms, eventLog, apiKeys } = await openStore({
    dataDir,
    log,
    nowMs,
    sweptLocks: 'all',
    saw: () => {},
  })
  const link = new HouseLink()
  const locks = new LockRegistry([], realClock)
  const open = createDoors({
    ...{ store, link, locks, clock: realClock, log, releasedAtMs: 0, isShuttingDown: () => false },
    opening: { deadlineMs: 1_500, answerWaitMs: 1_500 },
  })
  const visitor = { role: options.role ?? ('technician' satisfies StaffRole), name: 'Ada Lindqvist' }
  const ends = new Set<() => void>()
  const refuse: Refuse = (reply, { reason }) => reply.status(400).type('text/plain').send(reason)
  const deps: PageDeps = {
    site: {
      ...{ id: 'hill-12', name: 'Haus am Hügel', organization: null, contact: null },
      timeZone: 'Europe/Berlin',
      logo: () => null,
    },
    ...{ version: '0.1.0', open, store, readiness: async () => ({}) },
    runBefore: { kind: 'unknown' },
    manageLocks: {
      ...{ store, locks, clock: realClock, provisioning: fakeProvisioning, lockChanged: async () => {} },
      prepared: { limits: { ofOne: 200, inAll: 2_000 }, refused: () => {} },
    },
    installation: {
      gatewayPublicKey: { pem: PUBLIC_KEY_PEM, jwk: {}, hex: '00' },
      publicUrl: () => 'https://doors.example.org',
      isInReach: () => true,
      staffEntry: () => ({ url: 'https://doors.example.org', certificateSha256: null }),
    },
    watchMessages: () => () => {},
    storeBytes: async () => 1_234_567,
    alarmFigures: async () => ({ messages: [], noisiest: [], isAll: true }),
    manageAlarms: {
      store: alarms,
      locks,
      clock: realClock,
      siteOrganization: null,
      alarms: { unstored: [], ended: () => {}, batteryReplaced: () => {} },
    },
    findLog: {
      ...{ log: eventLog, locks, siteOrganization: null, zone: zoneNamed('Europe/Berlin') },
      readers: new LogReaders({ store, clock: realClock, log }),
      apiKeys: new ApiKeys([], { store: apiKeys, clock: realClock }),
    },
    ...options.deps,
  }
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } })
  await app.register(accepts)
  await app.register(cookie)
  addBodyParsers(app)
  app.decorateRequest('caller', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('wantsPage', null)
  app.decorateRequest('arrivedMonotonicMs', 0)
  app.addHook('onRequest', async (request) => {
    const { scopes, seesPersons, seesKeyLinks } = ROLES[visitor.role]
    request.arrivedMonotonicMs = realClock.monotonicMs()
    request.staff = {
      ...{
        id: STAFF_ID,
        name: visitor.name,
        role: visitor.role,
        seesPersons,
        seesKeyLinks,
        formToken: 'the-form-token',
      },
      has: (scope) => scopes.includes(scope),
      onEnd: (run) => {
        ends.add(run)
        return () => void ends.delete(run)
      },
    }
    request.caller = {
      principal: { kind: 'staff', staffId: STAFF_ID, name: visitor.name },
      ...{ scopes: new Set(scopes), isStillGood: () => true },
    }
  })
  app.addHook('preValidation', async ({ body }) => {
    if (typeof body === 'object' && body !== null && 'formToken' in body) delete body.formToken
  })
  addValidation(app, refuse)
  addPageCompression(app)
  await app.register(consoleAssetRoutes, { refuse })
  await app.register(consolePages, { deps, refuse, front: { isCallerThere: () => true } })
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return {
    ...{ app, url, deps, store, alarms, link, locks, open, visitor },
    raise: (seen: Omit<Sighting, 'about' | 'times'> & Partial<Sighting>, atMs = realClock.nowMs()) =>
      alarms.raiseAlarm({ sighting: { about: null, times: 1, ...seen }, atMs }),
    /** As when it had been stored. */
    opened: (opening: Opening) => open.watch.announce(opening),
    /** As when a cable is pulled. */
    cut: () => app.server.closeAllConnections(),
    /** Their access is withdrawn. */
    endSessions: () => {
      for (const run of [...ends]) run()
    },
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await store.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
export type ConsoleHouse = Awaited<ReturnType<typeof startConsoleHouse>>

const STAFF_ID = newStaffId()
