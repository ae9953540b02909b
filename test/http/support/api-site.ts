import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { ApiKeys } from '#domain/access/api-keys.ts'
import type { Scope } from '#domain/access/caller.ts'
import { openStaffAccess } from '#domain/access/staff-access.ts'
import type { ManageReceiversDeps, Receiver } from '#domain/delivery/manage-receivers.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { addLock } from '#domain/locks/manage-locks.ts'
import type { TooManyPrepared } from '#domain/locks/prepared-locks.ts'
import type { Notice } from '#domain/notices/notice.ts'
import { createDoors } from '#domain/openings/doors.ts'
import type { ReadinessCheck } from '#domain/upkeep/readiness.ts'
import { createApp } from '#http/app.ts'
import { createTokenVerifier } from '#http/auth/token-verifier.ts'
import { type HttpDeps, type Listener, SERVICES } from '#http/contract/http-deps.ts'
import { alwaysTurning } from '#http/front/arrivals.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { parseLockId } from '#protocol/ids.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { openStore } from '#store/open-store.ts'
import { org, user } from '#test/support/ids.ts'
import { putEmptyStore } from '#test/support/migrated-store.ts'
import { checkAnswer } from './check-answer.ts'
import { FakeLockLink } from './fake-lock-link.ts'
import { NOW_MS, PUBLIC_KEY_PEM, present, TestClock } from './route-samples.ts'
import { fakeProvisioning, memoryLog } from './route-site.ts'
import { tokenIssuer } from './token-issuer.ts'

export const ACME = org('acme')
export const ISSUER = 'https://id.example.org/'
export const AUDIENCE = 'latchkey'
/** Where the staff of these sites sign in. */
export const ENTRY = { url: 'https://console.example.org', certificateSha256: 'AB:CD' }
const NOW_S = NOW_MS / 1_000

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD'
type Headers = Record<string, string>

/** The API of a site over a real store: locks 101 (acme's) and 102 (another's), both alice's, each behind a fake link. */
export async function startApiSite(kind: Listener['kind'] = 'network', limits: Partial<HttpDeps['limits']> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-api-'))
  putEmptyStore(dataDir)
  const { log, logged } = memoryLog()
  const clock = new TestClock()
  const {
    store,
    alarms,
    apiKeys: apiKeyStore,
    staff: staffStore,
    feed,
    eventLog,
    notices,
  } = await openStore({ ...{ dataDir, log, nowMs: NOW_MS, sweptLocks: 'all' }, saw: () => {} })
  const locks = new LockRegistry(await store.listLocks(), clock)
  const link = new FakeLockLink()
  const apiKeys = new ApiKeys([], { store: apiKeyStore, clock })
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwksFile = join(dataDir, 'jwks.json')
  writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] }))
  const tokens = await createTokenVerifier(
    [
      tokenIssuer({
        ...{ jwksFile, issuer: [ISSUER], audience: [AUDIENCE], organizationClaim: 'org' },
        serviceMarks: [{ claim: 'gty', value: 'client-credentials' }],
      }),
    ],
    { clock, log },
  )
  const preparedRefusals: string[] = []
  const prepared = {
    limits: { ofOne: 3, inAll: 5 },
    refused: ({ of }: TooManyPrepared, by: string) => void preparedRefusals.push(`${of} ${by}`),
  }
  const clockTrust = { releasedAtMs: 0, lastStoredMs: () => store.lastStoredMs() }
  const staff = await openStaffAccess({ store: staffStore, clock, clockTrust, log })
  const manageLocks = { store, locks, clock, provisioning: fakeProvisioning, lockChanged: async () => {}, prepared }
  const receivers: Receiver[] = []
  const sent: Notice[] = []
  const working: string[] = []
  const manageReceivers: ManageReceiversDeps = {
    ...{ receivers, store: notices, clock, works: (name) => void working.push(name) },
    send: async (notice) => {
      sent.push(notice)
      return notice.recipient === 'broken' ? { kind: 'failed', cause: 'it is broken' } : { kind: 'delivered' }
    },
  }
  let shuttingDown = false
  const checks: Record<string, ReadinessCheck> = {}
  const deps: HttpDeps = {
    site: {
      id: 'hill-12',
      name: 'Hill 12',
      organization: ACME,
      contact: null,
      logo: () => null,
      timeZone: 'Europe/Berlin',
    },
    version: '0.1.0',
    runBefore: { kind: 'unknown' },
    store,
    open: {
      ...createDoors({
        ...{ store, link, locks, clock, log },
        opening: { deadlineMs: 1_500, answerWaitMs: 1_500 },
        releasedAtMs: 0,
        isShuttingDown: () => shuttingDown,
      }),
      limits: { deadlineMs: 1_500, answerWaitMs: 1_500, askWaitMs: 50, sendMarginMs: 100 },
    },
    heartbeat: alwaysTurning(() => clock.monotonicMs()),
    manageLocks,
    manageAlarms: {
      ...{ store: alarms, locks, clock, siteOrganization: ACME },
      alarms: { unstored: [], ended: () => {}, batteryReplaced: () => {} },
    },
    findLog: {
      ...{ log: eventLog, locks, apiKeys, siteOrganization: ACME },
      readers: new LogReaders({ store, clock, log }),
      zone: zoneNamed('Europe/Berlin'),
    },
    manageReceivers,
    storeBytes: async () => 1_234_567,
    watchMessages: () => () => {},
    alarmFigures: async () => ({ messages: [], noisiest: [], isAll: true }),
    makePicture: pictureMaker(),
    installation: {
      gatewayPublicKey: { pem: PUBLIC_KEY_PEM, jwk: {}, hex: '00' },
      publicUrl: () => null,
      isInReach: () => false,
      staffEntry: () => ENTRY,
    },
    staffOverPlainHttp: false,
    ...{ tokens, apiKeys, staff, feed, checkAnswer, readiness: async () => checks },
    limits: { failures: 1_000, commands: 1_000, calls: 1_000, ...limits },
    trustedProxies: [],
    proxyNotice: { forwardedForIgnoredAtMs: null },
    signIn: null,
  }
  for (const [number, organization] of [
    ['101', ACME],
    ['102', org('other')],
  ] as const) {
    const lock = { lockId: present(parseLockId(number)), uuid: null, name: `Door ${number}`, area: null, pulseS: 5 }
    const asked = {
      ...lock,
      organization,
      owner: user('alice'),
      publicKeyPem: `${PUBLIC_KEY_PEM}${number}`,
      takeOver: false,
    }
    await addLock(asked, { kind: 'owner' }, manageLocks)
  }
  const app = await createApp(
    deps,
    { kind, serves: new Set(SERVICES), tls: null, promisesTls: false, publicUrlHost: null },
    log,
  )

  const ask = (method: Method, url: string, headers: Headers = {}, payload?: object) =>
    app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  return {
    ...{
      checks,
      receivers,
      sent,
      working,
      notices,
      preparedRefusals,
      app,
      ask,
      store,
      alarms,
      apiKeys,
      staff,
      link,
      clock,
      locks,
      logged,
      deps,
    },
    shutDown: () => {
      shuttingDown = true
    },
    /** An API key of acme with these scopes, as a header; another organization when it is named. */
    service: async (
      scopes: readonly Scope[],
      name: string = ACME,
      expiresAtMs: number | null = null,
    ): Promise<Headers> => {
      const { apiKey } = await apiKeys.create({ organization: org(name), name: 'test', scopes, expiresAtMs })
      return { 'x-api-key': apiKey }
    },
    user: async (claims: object = {}): Promise<Headers> => ({
      authorization: `Bearer ${await sign(claims, pair.privateKey)}`,
    }),
    close: async () => {
      await app.close()
      await store.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
export type ApiSite = Awaited<ReturnType<typeof startApiSite>>

const sign = (claims: object, key: CryptoKey): Promise<string> =>
  new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: NOW_S, exp: NOW_S + 300, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(key)

/** A public key for a day, with three uses; a test states its difference. */
export const keyBody = (difference: object = {}) => ({
  tempKeyUuid: randomUUID(),
  accessMode: 'public',
  validFrom: '2026-11-24T00:00:00Z',
  validUntil: '2026-11-25T00:00:00Z',
  maxUses: 3,
  ...difference,
})
