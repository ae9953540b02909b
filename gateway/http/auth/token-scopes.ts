import type { JWTPayload } from 'jose'
import { isScope, SCOPES, type Scope, scopesNamed } from '#domain/caller.ts'
import { TokenRefused } from './token-refused.ts'

/** RFC 8693, 4.2, and RFC 9068, 2.2.3; `scp` is Entra's, Okta's and Ory's, `permissions` Auth0's. */
const OF_SCOPES: readonly string[] = ['scope', 'scp', 'scopes', 'permissions']
/** Entra's app roles are a program's scopes. Elsewhere this is anything, and its other forms say nothing of scopes. */
const OF_ROLES = 'roles'

/** One of ours between other characters: another separator, another prefix, a list inside a text. */
const WITHIN = new RegExp(`(?<![\\w-])(?:${SCOPES.filter((scope) => scope.includes(':')).join('|')})(?![\\w-])`)

/**
 * What a verified token allows. Each claim that names scopes of ours narrows it; several narrow it together.
 *
 * @param prefix of our scopes at this issuer
 * @throws TokenRefused when it states scopes in a form that can't be read: read as naming none, it would allow more
 */
export function tokenScopes(payload: JWTPayload, prefix: string): ReadonlySet<Scope> {
  const stated = OF_SCOPES.map((claim) => namesIn(claim, payload[claim], prefix))
  const roles = payload[OF_ROLES]
  return scopesNamed(...stated, isText(roles) || isList(roles) ? unprefixed(wordsOf(roles), prefix) : [])
}

function namesIn(claim: string, value: unknown, prefix: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!isText(value) && !isList(value)) throw new TokenRefused(`claim ${claim} is neither words nor a list of them`)
  const words = wordsOf(value)
  // Behind another prefix it is another API's.
  const perhapsOurs = prefix === '' ? words : words.filter((word) => word.startsWith(prefix))
  const names = unprefixed(words, prefix)
  if (unprefixed(perhapsOurs, prefix).some((name) => !isScope(name) && WITHIN.test(name))) {
    throw new TokenRefused(
      `claim ${claim} has one of our scopes inside another word: is it one that scopePrefix names?`,
    )
  }
  return names
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)

const wordsOf = (value: string | readonly string[]): readonly string[] =>
  (isText(value) ? [value] : value).flatMap((text) => text.split(/[\s,]+/))

const unprefixed = (words: readonly string[], prefix: string): readonly string[] =>
  words.map((word) => (word.startsWith(prefix) ? word.slice(prefix.length) : word))
