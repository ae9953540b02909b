import type { Doors } from '#domain/openings/doors.ts'
import type { Store } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { isClockTrusted } from '#domain/time/clock.ts'
import type { DiskVerdict, RegularWrite } from '#domain/upkeep/regular-write.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import type { ProxyNotice, Readiness, ReadinessCheck } from '#http/contract/http-deps.ts'

/** Keys that no refresh has confirmed for this long: the site may be offline on purpose, and a new key would not be known. */
const STALE_AFTER_MS = 24 * 3_600_000

interface Deps {
  store: Pick<Store, 'unsettledOpenings'>
  link: { readonly connected: boolean }
  tokens: Pick<TokenVerifier, 'status'> | null
  open: Pick<Doors, 'clock' | 'clockTrust' | 'isShuttingDown'>
  proxyNotice: ProxyNotice
  disk: Pick<RegularWrite, 'verdict'>
  logo: { readonly problem: string | null }
}

/** Whether doors can be opened now, and what is about to go wrong. */
export const createReadiness =
  ({ store, link, tokens, open, proxyNotice, disk, logo }: Deps): Readiness =>
  async () => ({
    store: (await canRead(store)) ? storeCheck(disk.verdict()) : { status: 'failed' },
    broker: is(link.connected),
    clock: is(isClockTrusted(open.clock.nowMs(), open.clockTrust)),
    process: is(!open.isShuttingDown()),
    proxy: proxyCheck(proxyNotice, open.clock.nowMs()),
    ...(logo.problem !== null && logoCheck(logo.problem)),
    ...(tokens !== null && jwksChecks(await tokens.status(), open.clock.nowMs())),
  })

const is = (good: boolean): ReadinessCheck => ({ status: good ? 'ok' : 'failed' })

function storeCheck(disk: DiskVerdict): ReadinessCheck {
  if (disk.kind !== 'slow') return is(disk.kind === 'good')
  return {
    status: 'warning',
    facts: { slow: 'a write is under way for long', seconds: Math.round(disk.durationMs / 1_000) },
  }
}

/** Doors open without one. */
const logoCheck = (problem: string): Record<string, ReadinessCheck> => ({
  logo: { status: 'warning', facts: { problem: `the file ${problem}` } },
})

/** Long enough to be seen by somebody who looks now and then; ends an hour after the last such request. */
const PROXY_SEEN_FOR_MS = 3_600_000

/** All guests share the address of a proxy that nobody told us of. */
function proxyCheck({ forwardedForIgnoredAtMs }: ProxyNotice, nowMs: number): ReadinessCheck {
  if (forwardedForIgnoredAtMs === null || nowMs - forwardedForIgnoredAtMs > PROXY_SEEN_FOR_MS) return { status: 'ok' }
  const ignored = 'X-Forwarded-For came and is not believed: name the proxy in http.trustProxy'
  return { status: 'warning', facts: { ignored, lastAt: new Date(forwardedForIgnoredAtMs).toISOString() } }
}

async function canRead(store: Deps['store']): Promise<boolean> {
  try {
    await store.unsettledOpenings(1)
    return true
  } catch (error) {
    if (error instanceof StoreFault) return false
    throw error
  }
}

type IssuerStatus = Awaited<ReturnType<TokenVerifier['status']>>[number]

/** `jwks`; of several issuers `jwks-1` and so on in the order of the config: anybody may read this, and not their names. */
const jwksChecks = (issuers: readonly IssuerStatus[], nowMs: number): Record<string, ReadinessCheck> =>
  Object.fromEntries(
    issuers.map((issuer, index) => [issuers.length === 1 ? 'jwks' : `jwks-${index + 1}`, jwksCheck(issuer, nowMs)]),
  )

/** No refresh from their source has succeeded for long; keys that somebody writes into a file have none. */
export const areStale = (
  { source, writtenAtMs }: Pick<IssuerStatus, 'source' | 'writtenAtMs'>,
  nowMs: number,
): boolean => source !== null && nowMs - (source.refreshedAtMs ?? writtenAtMs) > STALE_AFTER_MS

/** Never `failed`: the token keys in use go on verifying, and temp keys with access mode `public` need no token. */
function jwksCheck(status: IssuerStatus, nowMs: number): ReadinessCheck {
  const { keyCount, readAtMs, problem, source } = status
  const refreshedAtMs = source?.refreshedAtMs ?? null
  const isStale = areStale(status, nowMs)
  const facts = {
    keys: keyCount,
    readAt: new Date(readAtMs).toISOString(),
    ...(problem !== null && { problem: `the file ${problem}` }),
    ...(source !== null && {
      refreshedAt: refreshedAtMs === null ? null : new Date(refreshedAtMs).toISOString(),
      ...(source.problem !== null && { refreshProblem: `the source ${source.problem}` }),
    }),
    ...(isStale && { stale: 'not confirmed by the source for more than 24 hours' }),
  }
  const isFine = problem === null && !isStale && (source === null || source.problem === null)
  return { status: isFine ? 'ok' : 'warning', facts }
}
