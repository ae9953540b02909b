import { isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { ApiKeys } from '#domain/api-keys.ts'
import type { Clock } from '#domain/clock.ts'
import { LiveTaps } from '#domain/live-taps.ts'
import { LockRegistry } from '#domain/lock-registry.ts'
import { askWaitMsFor, SEND_MARGIN_MS } from '#domain/opening-limits.ts'
import { OpeningWatch } from '#domain/opening-watch.ts'
import { createApp } from '#http/app.ts'
import { absentLockLink } from '#lock-link/absent-lock-link.ts'
import { openStore } from '#store/open-store.ts'
import type { Config } from './config.ts'
import { ownDataDir } from './data-dir.ts'
import { openGatewayKey } from './gateway-key.ts'
import { createProvisioning } from './lock-provisioning.ts'
import { readRelease } from './release.ts'

/**
 * The owner's routes over the store of a site whose gateway does not run: the command line then changes it by the same
 * routes and rules, and no lock can be reached. Null when another process owns the data directory.
 */
export async function openOffice(
  config: Config,
  clock: Clock,
): Promise<{ app: FastifyInstance; close(): Promise<void> } | null> {
  const log = pino({ level: 'silent' })
  const release = readRelease()
  await using opened = new AsyncDisposableStack()
  const giveBack = ownDataDir(config.dataDir)
  if (giveBack === null) return null
  opened.defer(giveBack)
  const { store, apiKeys, feed, isNew } = await openStore({ dataDir: config.dataDir, log, nowMs: clock.nowMs() })
  opened.defer(() => store.close())
  const locks = new LockRegistry(await store.listLocks(), clock)
  const gatewayKey = await openGatewayKey(config.dataDir, isNew || locks.list().length === 0)

  const app = await createApp(
    {
      site: config.site,
      version: release.version,
      open: {
        store,
        link: absentLockLink,
        locks,
        taps: new LiveTaps(clock),
        watch: new OpeningWatch(clock),
        remembered: new Map(),
        inProgress: new Set(),
        clock,
        clockTrust: { releasedAtMs: release.releasedAtMs, lastStoredMs: () => store.lastStoredMs() },
        limits: {
          deadlineMs: config.opening.deadlineMs,
          answerWaitMs: config.opening.answerWaitMs,
          askWaitMs: askWaitMsFor(config.opening.deadlineMs),
          sendMarginMs: SEND_MARGIN_MS,
        },
        log,
        isShuttingDown: () => false,
      },
      manageLocks: {
        store,
        locks,
        provisioning: createProvisioning(config.site.id, () => configuredBroker(config), gatewayKey),
        clock,
        lockChanged: () => Promise.resolve(),
      },
      installation: { gatewayPublicKey: gatewayKey.publicKey, publicUrl: () => configuredPublicUrl(config) },
      tokens: null,
      feed,
      readiness: async () => ({}),
      apiKeys: new ApiKeys(await apiKeys.listApiKeys(), { store: apiKeys, clock }),
    },
    { kind: 'owner', publicUrlHost: null },
    null,
  )
  opened.defer(() => app.close())
  const closing = opened.move()
  return { app, close: () => closing.disposeAsync() }
}

/** The broker's address as the config has it; port 0 stands for one that is known only while the gateway runs. */
export function configuredBroker({ broker }: Config): { host: string; port: number } {
  if (broker.mode === 'embedded') return { host: broker.advertisedHost ?? broker.host, port: broker.port }
  const url = new URL(broker.url)
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'mqtts:' ? 8_883 : 1_883)) }
}

/** Base of links as the config has it; null when only a running gateway knows its port. */
function configuredPublicUrl({ http }: Config): string | null {
  const [first] = http.listeners
  if (http.publicUrl !== null) return http.publicUrl.replace(/\/$/, '')
  if (first === undefined || first.port === 0) return null
  return `http://${isIPv6(first.host) ? `[${first.host}]` : first.host}:${first.port}`
}
