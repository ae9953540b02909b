import type { JWTPayload } from 'jose'
import type { Principal } from '#domain/access/principal.ts'
import { parseOrganization, parseUserId } from '#protocol/ids.ts'
import type { ServiceMark, TokenIssuer } from './token-issuer.ts'
import { TokenRefused } from './token-refused.ts'

export type TokenPrincipal = Extract<Principal, { kind: 'user' | 'service' }>

/**
 * Claims that only a person's token has, whatever their value: marks of an ID token (OpenID Connect Core 1.0, 2, 3.1.3.6
 * and 3.3.2.11; `s_hash` is FAPI's), of a person's session (`sid`: OpenID Connect Front-Channel Logout 1.0, 3;
 * `session_state`: Session Management 1.0, 2), of a person's name (Core, 5.1). RFC 9068, 2.2.1, has `auth_time` and `amr`
 * in access tokens only where a person took part. `uid` and `username` are Okta's and Cognito's own. `acr` is none of
 * them: Keycloak gives it to programs.
 */
const OF_PEOPLE: readonly string[] = [
  ...['nonce', 'auth_time', 'amr', 'at_hash', 'c_hash', 's_hash', 'sid', 'session_state'],
  ...['given_name', 'family_name', 'uid', 'username', 'cognito:username'],
]
/** How Cognito and Keycloak say in the payload that it is an ID token. */
const ID_TOKEN: readonly ServiceMark[] = [
  { claim: 'token_use', value: 'id' },
  { claim: 'typ', value: 'ID' },
]

/**
 * The user or the organization that a verified token stands for. It is a service's token only with a mark that the
 * config names (`serviceMarks`), and never with a claim that only a person's token has.
 *
 * @param others prefixes of the other issuers' ids
 * @param ambiguous hears which claim makes it a person's in spite of a service's mark
 * @throws TokenRefused when it names neither a user nor an organization, or one that is another issuer's
 */
export function tokenPrincipal(
  payload: JWTPayload,
  issuer: TokenIssuer,
  others: readonly string[],
  ambiguous: (claim: string) => void = () => {},
): TokenPrincipal {
  const { organizationClaim, userIdClaim, idPrefix } = issuer
  if (organizationClaim !== null && issuer.serviceMarks.some((mark) => has(payload, mark))) {
    const ofPerson = markOfPerson(payload)
    if (ofPerson === null) {
      const named = payload[organizationClaim]
      const organization = parseOrganization(typeof named === 'string' && named !== '' ? `${idPrefix}${named}` : '')
      if (organization === null) throw new TokenRefused(`claim ${organizationClaim} is no organization`)
      refuseOthers(organization, idPrefix, others)
      return { kind: 'service', organization }
    }
    ambiguous(ofPerson)
  }
  const claim = payload[userIdClaim]
  // An address that the provider itself does not vouch for is whatever its holder typed.
  if (userIdClaim === 'email' && isFalse(payload.email_verified)) throw new TokenRefused('claim email is not verified')
  const userId = typeof claim === 'string' && claim !== '' ? parseUserId(`${idPrefix}${claim}`) : null
  if (userId === null) throw new TokenRefused(`claim ${userIdClaim} is no user id`)
  refuseOthers(userId, idPrefix, others)
  return { kind: 'user', userId }
}

function has(payload: JWTPayload, mark: ServiceMark): boolean {
  const claim = payload[mark.claim]
  if ('value' in mark) return claim === mark.value
  return typeof claim === 'string' && claim !== '' && claim === payload[mark.sameAs]
}

function markOfPerson(payload: JWTPayload): string | null {
  const claim = OF_PEOPLE.find((name) => payload[name] !== undefined)
  return claim ?? ID_TOKEN.find((mark) => has(payload, mark))?.claim ?? null
}

/** Some providers write truth as text. */
const isFalse = (claim: unknown): boolean => claim === false || claim === 'false'

/** Without this, an issuer with a short `idPrefix` or none could make an id that starts with another's prefix. */
function refuseOthers(id: string, prefix: string, others: readonly string[]): void {
  if (others.some((other) => other.length > prefix.length && id.startsWith(other))) {
    throw new TokenRefused('an id that begins as another issuer’s')
  }
}
