import { existsSync } from 'node:fs'
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Caller } from '#domain/caller.ts'
import type { Clock } from '#domain/clock.ts'
import type { Log } from '#domain/ports.ts'
import type { Principal } from '#domain/principal.ts'
import { parseUserId } from '#protocol/ids.ts'
import { JwksFile, type JwksFileStatus } from './jwks-file.ts'
import { JwksSource, type JwksSourceStatus } from './jwks-source.ts'
import { TokenRefused } from './token-refused.ts'
import { tokenScopes } from './token-scopes.ts'

export interface TokenConfig {
  readonly jwksFile: string
  /** Where a newer file comes from; null for a file that somebody puts there. */
  readonly jwksUrl?: string | null
  readonly issuer: string
  readonly audience: string
  /** Asymmetric JWS algorithms only. */
  readonly algorithms: readonly string[]
  /** The claim that is compared with a key's `allowedUserIds`. */
  readonly userIdClaim: string
  /** A token with this claim is a service's, and names its organization there; null when there are no such tokens. */
  readonly organizationClaim?: string | null
}

type TokenPrincipal = Extract<Principal, { kind: 'user' | 'service' }>

export interface TokenVerifier {
  /** Null for every token that is not good, for whatever reason; the log has the reason. */
  verify(token: string): Promise<TokenPrincipal | null>
  /** The same with what the token allows. */
  verifyCaller(token: string): Promise<Caller | null>
  /** How good the keys are that tokens are verified with. */
  status(): Promise<JwksFileStatus & { readonly source: JwksSourceStatus | null }>
  /** Ends the refreshing. */
  close(): void
}

/** An algorithm with a shared secret would make the verifier's key a signing key. */
const ASYMMETRIC_ALGORITHMS: ReadonlySet<string> = new Set([
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
])

/** For `nbf` and `iat`: how far the issuer's clock may be ahead of ours. `exp` has none: over is over. */
const AHEAD_MAX_S = 60
const TOKEN_MAX_CHARACTERS = 8_192
/** A token for people's sessions; a message of another protocol has its own `typ`. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'])

/** Rejects with one sentence when the configuration can't work or the file has no key to verify with. */
export async function createTokenVerifier(
  config: TokenConfig,
  deps: { clock: Clock; log: Log; fetch?: typeof globalThis.fetch },
): Promise<TokenVerifier> {
  const unfit = config.algorithms.filter((algorithm) => !ASYMMETRIC_ALGORITHMS.has(algorithm))
  if (unfit.length > 0 || config.algorithms.length === 0) {
    throw new Error(
      `jwt.algorithms: must name asymmetric algorithms such as ES256 or RS256, not ${JSON.stringify(unfit)}`,
    )
  }
  const algorithms = new Set(config.algorithms)
  const source = sourceOf(config, algorithms, deps)
  // The very first file may come from the source; a site that has one does not wait for it.
  if (source !== null && !existsSync(config.jwksFile)) await source.refresh()
  const keys = await JwksFile.open(config.jwksFile, algorithms, deps)
  const stopRefreshing = source?.start()
  const payloadOf = async (token: string) => {
    if (token.length > TOKEN_MAX_CHARACTERS) throw new TokenRefused('too long')
    const verified = (keySet: JWTVerifyGetKey) => verifiedPayload(token, keySet, config, deps.clock.nowMs())
    try {
      return await verified(await keys.current())
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await source?.refreshForUnknownKey())) throw error
      return await verified(await keys.current(true))
    }
  }
  /** Some failures of the library are plain TypeErrors: every throw is a refusal. */
  const orRefused = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      deps.log.info({ cause: causeOf(error) }, 'token refused')
      return null
    }
  }
  return {
    status: async () => {
      await keys.current()
      return { ...keys.status(), source: source?.status() ?? null }
    },
    close: () => stopRefreshing?.(),
    verify: (token) =>
      orRefused(async () => {
        const payload = await payloadOf(token)
        // A token that can't be read whole is nobody's here either, though its scopes are not asked for.
        tokenScopes(payload, '')
        return principalOf(payload, config)
      }),
    verifyCaller: (token) =>
      orRefused(async () => {
        const payload = await payloadOf(token)
        const { exp = 0 } = payload
        return {
          principal: principalOf(payload, config),
          scopes: tokenScopes(payload, ''),
          isStillGood: (nowMs) => nowMs < exp * 1_000,
        }
      }),
  }
}

function sourceOf(
  { jwksUrl = null, jwksFile: file }: TokenConfig,
  algorithms: ReadonlySet<string>,
  { clock, log, fetch = globalThis.fetch }: { clock: Clock; log: Log; fetch?: typeof globalThis.fetch },
): JwksSource | null {
  return jwksUrl === null ? null : new JwksSource({ url: jwksUrl, file, algorithms, clock, log, fetch })
}

function principalOf(payload: JWTPayload, { userIdClaim, organizationClaim = null }: TokenConfig): TokenPrincipal {
  const organization = organizationClaim === null ? undefined : payload[organizationClaim]
  if (organization !== undefined) {
    if (typeof organization === 'string' && ORGANIZATION.test(organization)) return { kind: 'service', organization }
    throw new TokenRefused(`claim ${organizationClaim} is no organization`)
  }
  const claim = payload[userIdClaim]
  const userId = typeof claim === 'string' ? parseUserId(claim) : null
  if (userId === null) throw new TokenRefused(`claim ${userIdClaim} is no user id`)
  return { kind: 'user', userId }
}

/** As `lock add --org` takes it. */
const ORGANIZATION = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]{1,128}$/u

async function verifiedPayload(
  token: string,
  keySet: JWTVerifyGetKey,
  config: TokenConfig,
  nowMs: number,
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await verifyWithAnyKey(token, keySet, {
    issuer: config.issuer,
    audience: config.audience,
    algorithms: [...config.algorithms],
    requiredClaims: ['exp', 'sub'],
    clockTolerance: AHEAD_MAX_S,
    currentDate: new Date(nowMs),
  })
  const { typ } = protectedHeader
  if (typ !== undefined && !TYPES.has(String(typ).toLowerCase())) throw new TokenRefused('typ')
  if (payload.exp === undefined || payload.exp * 1_000 <= nowMs) throw new TokenRefused('exp')
  if (payload.iat !== undefined && payload.iat * 1_000 > nowMs + AHEAD_MAX_S * 1_000) throw new TokenRefused('iat')
  return payload
}

/** A token without a `kid` may fit several keys of the file: each is tried. */
async function verifyWithAnyKey(token: string, keySet: JWTVerifyGetKey, options: Parameters<typeof jwtVerify>[2]) {
  try {
    return await jwtVerify(token, keySet, options)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options)
      } catch (each) {
        if (!(each instanceof errors.JWSSignatureVerificationFailed)) throw each
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** Codes and claim names of the library, never the token's own text. */
function causeOf(error: unknown): string {
  if (error instanceof TokenRefused) return error.message
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return `${error.code} ${error.claim}`
  }
  if (error instanceof errors.JOSEError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
