import type { JWTPayload } from 'jose'
import { isScope, SCOPES, type Scope, scopesAllowed } from '#domain/access/caller.ts'
import type { TokenPrincipal } from './token-principal.ts'
import { TokenRefused } from './token-refused.ts'

/** RFC 8693, 4.2, and RFC 9068, 2.2.3; `scp` is Entra's, Okta's and Ory's. */
const OF_SCOPES: readonly string[] = ['scope', 'scp', 'scopes']
/** Auth0's, of its API: no provider puts words of its own there. */
const OF_PERMISSIONS = 'permissions'
/** Entra's app roles are a program's scopes. Elsewhere this is anything, and its other forms say nothing of scopes. */
const OF_ROLES = 'roles'

/** Scopes that identity providers add to tokens by themselves: they grant and deny nothing here. */
const OF_PROVIDERS: ReadonlySet<string> = new Set([
  ...['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
  ...['microprofile-jwt', 'organization', 'aws.cognito.signin.user.admin'],
])

/** One of ours between other characters: another separator, another prefix, a list inside a text. */
const WITHIN = new RegExp(`(?<![\\w-])(?:${SCOPES.filter((scope) => scope.includes(':')).join('|')})(?![\\w-])`)

/**
 * What a verified token allows. Each claim that states scopes narrows it, several narrow it together, and one that states
 * none of ours allows nothing: whoever loses his last right must not get those that a token has by default.
 *
 * @param prefix of our scopes at this issuer
 * @param kind whose it is: the scopes of a person's token are often the provider's own, those of a program's are given to it
 * @throws TokenRefused when it states scopes in a form that can't be read
 */
export function tokenScopes(payload: JWTPayload, prefix: string, kind: TokenPrincipal['kind']): ReadonlySet<Scope> {
  const statements = [
    ...OF_SCOPES.map((claim) => {
      const words = statedIn(claim, payload[claim], prefix)
      return words === null ? null : statement(words, prefix, kind === 'service' ? 'all' : 'ours')
    }),
    permissions(payload, prefix),
    roles(payload, prefix, kind),
  ]
  return scopesAllowed(statements.filter((each) => each !== null))
}

function permissions(payload: JWTPayload, prefix: string): readonly Scope[] | null {
  const words = statedIn(OF_PERMISSIONS, payload[OF_PERMISSIONS], prefix)
  return words === null ? null : statement(words, prefix, 'all')
}

function roles(payload: JWTPayload, prefix: string, kind: TokenPrincipal['kind']): readonly Scope[] | null {
  const value = payload[OF_ROLES]
  if (!isText(value) && !isList(value)) return null
  const words = wordsOf(value)
  return words.length === 0 && kind === 'user' ? null : statement(words, prefix, 'ours')
}

/** The claim's words; null when it is not there. A list that is null is an empty one to some libraries. */
function statedIn(claim: string, value: unknown, prefix: string): readonly string[] | null {
  if (value === undefined) return null
  if (value === null) return []
  if (!isText(value) && !isList(value)) throw new TokenRefused(`claim ${claim} is neither words nor a list of them`)
  const words = wordsOf(value)
  // Behind another prefix it is another API's.
  const perhapsOurs = words.filter((word) => word.startsWith(prefix)).map((word) => unprefixed(word, prefix))
  if (perhapsOurs.some((name) => !isScope(name) && WITHIN.test(name))) {
    throw new TokenRefused(
      `claim ${claim} has one of our scopes inside another word: is it one that scopePrefix names?`,
    )
  }
  return words
}

/**
 * Ours among the words; null when they say nothing of scopes. An empty claim says that there are none.
 *
 * @param means which words mean us: all but the provider's own, or those alone that are ours or were meant to be
 */
function statement(words: readonly string[], prefix: string, means: 'all' | 'ours'): readonly Scope[] | null {
  const ours = words.map((word) => unprefixed(word, prefix)).filter(isScope)
  if (ours.length > 0 || words.length === 0) return ours
  const isMeant = (word: string) =>
    means === 'all' ? !OF_PROVIDERS.has(word) : isAlike(word, prefix) || (prefix !== '' && word.startsWith(prefix))
  return words.some(isMeant) ? [] : null
}

/** `LOCKS:READ`, `locks.read` and so on. */
const isAlike = (word: string, prefix: string): boolean =>
  isScope(
    unprefixed(word, prefix)
      .toLowerCase()
      .replace(/[^a-z]+/g, ':'),
  )

const isText = (value: unknown): value is string => typeof value === 'string'
const isList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)

const wordsOf = (value: string | readonly string[]): readonly string[] =>
  (isText(value) ? [value] : value).flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== '')

const unprefixed = (word: string, prefix: string): string =>
  word.startsWith(prefix) ? word.slice(prefix.length) : word
