/**
 * Tokens and key sets in the shapes that providers give them, as their documentation and published samples show them. Ids
 * are made up; times and signatures are a test's own.
 */

type Claims = Readonly<Record<string, unknown>>
interface Sample {
  readonly what: string
  readonly header: Claims
  readonly claims: Claims
}
interface Person extends Sample {
  readonly userId: string
}
interface Program extends Sample {
  readonly organization: string
}

export interface ProviderTokens {
  /** Its heading in docs/identity-providers.md. */
  readonly provider: string
  /** What stands beside `kty`, `n`, `e` and `kid` in a signing key of its key set. */
  readonly keyMembers: Claims
  /** Other keys of the set. */
  readonly otherKeys?: readonly Claims[]
  readonly people: readonly Person[]
  readonly programs: readonly Program[]
  /** Programs whose tokens nothing tells from people's: they count as people's, with these ids. */
  readonly unmarked?: readonly Person[]
}

/** Beside a signing key of the providers that publish certificates. */
export const CERTIFICATE = { x5c: ['MIICqzCCAZMCBgGR'], x5t: 'k6pY4cZ1Qm0Vw3xN8bT5uA2sD7E' }
