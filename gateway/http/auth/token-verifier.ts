import { decodeJwt, errors } from 'jose'
import type { Caller } from '#domain/access/caller.ts'
import { isAlgorithm } from './algorithms.ts'
import { IssuerKeys, type IssuerKeysDeps, type IssuerKeysStatus } from './issuer-keys.ts'
import type { TokenIssuer } from './token-issuer.ts'
import { type TokenPrincipal, tokenPrincipal } from './token-principal.ts'
import { TokenRefused } from './token-refused.ts'
import { tokenScopes } from './token-scopes.ts'
import { verifiedPayload } from './verified-payload.ts'

export interface TokenVerifier {
  /** Null for every token that is not good, for whatever reason; the log has the reason. */
  verify(token: string): Promise<TokenPrincipal | null>
  /** The same with what the token allows. */
  verifyCaller(token: string): Promise<(Caller & { readonly principal: TokenPrincipal }) | null>
  /** How good the keys are that each issuer's tokens are verified with, in the order of the config. */
  status(): Promise<readonly (IssuerKeysStatus & { readonly issuer: string })[]>
  /** Ends the refreshing. */
  close(): void
}

const TOKEN_MAX_CHARACTERS = 8_192

interface OpenedIssuer {
  readonly issuer: TokenIssuer
  readonly keys: IssuerKeys
  /** Prefixes of the other issuers' ids. */
  readonly others: readonly string[]
}

/** Rejects with one sentence when the configuration can't work or a file has no key to verify with. */
export async function createTokenVerifier(
  issuers: readonly TokenIssuer[],
  deps: IssuerKeysDeps,
): Promise<TokenVerifier> {
  const { clock, log } = deps
  const opened = await Promise.all(
    issuers.map(async (issuer): Promise<OpenedIssuer> => {
      requireAsymmetric(issuer.algorithms)
      const others = issuers.filter((other) => other !== issuer).map(({ idPrefix }) => idPrefix)
      return { issuer, keys: await IssuerKeys.open(issuer, deps), others }
    }),
  )
  const byName = new Map(opened.flatMap((one) => one.issuer.issuer.map((name) => [name, one] as const)))
  const stops = opened.map(({ keys }) => keys.start())
  /** One line each: whoever set up a service wonders why it is none, and asks again and again. */
  const told = new Set<string>()

  const callerOf = async (token: string) => {
    if (token.length > TOKEN_MAX_CHARACTERS) throw new TokenRefused('too long')
    // Which keys to verify with; believed only when they fit.
    const { iss } = decodeJwt(token)
    const by = typeof iss === 'string' ? byName.get(iss) : undefined
    if (by === undefined) throw new TokenRefused('claim iss is not ours')
    const { issuer, keys, others } = by
    const payload = await keys.verified((keySet) => verifiedPayload(token, keySet, issuer, clock.nowMs()))
    const principal = tokenPrincipal(payload, issuer, others, (claim) => {
      if (told.has(`${iss} ${claim}`)) return
      told.add(`${iss} ${claim}`)
      log.warn({ issuer: iss, claim }, 'tokens with a mark of services have one of people too: they are people’s')
    })
    const scopes = tokenScopes(payload, issuer.scopePrefix, principal.kind)
    return { principal, scopes, isStillGood: (nowMs: number) => nowMs < payload.exp * 1_000 }
  }
  /** Some failures of the library are plain TypeErrors: every throw is a refusal. */
  const verifyCaller: TokenVerifier['verifyCaller'] = async (token) => {
    try {
      return await callerOf(token)
    } catch (error) {
      log.info({ cause: causeOf(error) }, 'token refused')
      return null
    }
  }
  return {
    verifyCaller,
    verify: async (token) => (await verifyCaller(token))?.principal ?? null,
    status: () =>
      Promise.all(
        opened.map(async ({ issuer, keys }) => ({ issuer: issuer.issuer[0] ?? '', ...(await keys.status()) })),
      ),
    close: () => {
      for (const stop of stops) stop()
    },
  }
}

function requireAsymmetric(algorithms: readonly string[]): void {
  const unfit = algorithms.filter((algorithm) => !isAlgorithm(algorithm))
  if (unfit.length === 0 && algorithms.length > 0) return
  throw new Error(
    `jwt.algorithms: must name asymmetric algorithms such as ES256 or RS256, not ${JSON.stringify(unfit)}`,
  )
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
