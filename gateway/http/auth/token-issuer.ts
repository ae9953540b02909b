/** By which claim a token is known to be a program's, and nobody's else. */
export type ServiceMark =
  | { readonly claim: string; readonly value: string | number | boolean }
  /** The claim equals `sub` or `azp`: the token is about, or was issued to, the program that the claim names. */
  | { readonly claim: string; readonly sameAs: string }

/** One identity provider: who it is, whose tokens of it count here, and what its claims mean. */
export interface TokenIssuer {
  /** Its names in `iss`. Several for one provider that goes by several: their users and organizations are the same ones. */
  readonly issuer: readonly string[]
  /** A token has to be for one of these; one without `aud` has to come from one of these programs. */
  readonly audience: readonly string[]
  readonly jwksFile: string
  /** Where a newer file comes from; null for a file that somebody puts there. */
  readonly jwksUrl: string | null
  /** Asymmetric JWS algorithms only. */
  readonly algorithms: readonly string[]
  /** The claim that is compared with a key's `allowedUserIds`. */
  readonly userIdClaim: string
  /** Stands before each of its users' and organizations' ids, so that they are nobody else's. */
  readonly idPrefix: string
  /** Names a service's organization; null when no token is a service's. People's tokens may have it too: no mark. */
  readonly organizationClaim: string | null
  readonly serviceMarks: readonly ServiceMark[]
  /** Stands before our scopes where the provider says whose they are. */
  readonly scopePrefix: string
}
