import { isWell, type ReadinessCheck, warns } from '#domain/upkeep/readiness.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'

/** Keys that no refresh has confirmed for this long: the site may be offline on purpose, and a new key would not be known. */
const STALE_AFTER_MS = 24 * 3_600_000

type IssuerStatus = Awaited<ReturnType<TokenVerifier['status']>>[number]

/** `jwks`; of several issuers `jwks-1` and so on in the order of the config: anybody may read this, and not their names. */
export const tokenKeysReadiness = (
  issuers: readonly IssuerStatus[],
  nowMs: number,
): Readonly<Record<string, ReadinessCheck>> =>
  Object.fromEntries(
    issuers.map((issuer, index) => [issuers.length === 1 ? 'jwks' : `jwks-${index + 1}`, checkOf(issuer, nowMs)]),
  )

/** UTC from which on no refresh from their source has succeeded for long; null for keys that somebody writes into a file. */
export const staleFromMs = ({ source, writtenAtMs }: Pick<IssuerStatus, 'source' | 'writtenAtMs'>): number | null =>
  source === null ? null : (source.refreshedAtMs ?? writtenAtMs) + STALE_AFTER_MS

const areStale = (status: Pick<IssuerStatus, 'source' | 'writtenAtMs'>, nowMs: number): boolean => {
  const fromMs = staleFromMs(status)
  return fromMs !== null && nowMs > fromMs
}

/** Never `failed`: the token keys in use go on verifying, and temp keys with access mode `public` need no token. */
function checkOf(status: IssuerStatus, nowMs: number): ReadinessCheck {
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
  if (problem !== null) {
    return warns({
      ...{ severity: 'warning', reason: 'token-keys-unusable', facts },
      message: `The file of token keys ${problem}; the old keys stay in use.`,
      advice: 'Put a whole JWKS file there: a new one counts within a second.',
    })
  }
  if (isStale) {
    return warns({
      ...{ severity: 'warning', reason: 'token-keys-stale', facts },
      message: 'No refresh has confirmed the token keys for 24 hours.',
      advice: 'Look at the way to the issuer: a key that it made since is not known here.',
    })
  }
  const refreshProblem = source?.problem ?? null
  if (refreshProblem !== null) {
    return warns({
      ...{ severity: 'notice', reason: 'token-keys-not-refreshed', facts },
      message: `The source of the token keys ${refreshProblem}; the known keys stay in use.`,
      advice: 'Look at the way to the issuer if it lasts.',
    })
  }
  return isWell(`Tokens are verified with ${keyCount === 1 ? '1 key' : `${keyCount} keys`}.`, facts)
}
