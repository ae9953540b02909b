import type { FastifyRequest } from 'fastify'
import type { ApiKeys } from '#domain/access/api-keys.ts'
import { type Caller, OWNER } from '#domain/access/caller.ts'
import type { Reason } from '#http/contract/reasons.ts'
import { headerValues } from '#http/requests/header-values.ts'
import { bearerTokenOf } from './identify.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** Who asks, or why that can't be told. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller | Reason>

/** By which the command line says who sits at it; percent-encoded, since names have more letters than headers. */
const PERSON_HEADER = 'x-latchkey-person'
const PERSON = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]{1,100}$/u

/** Whoever can open the socket in the data directory owns the site; the name is his own word. */
export const asOwner: Authenticate = async (request) => {
  const [given = ''] = headerValues(request.raw, PERSON_HEADER)
  const name = decoded(given)
  return PERSON.test(name) ? { ...OWNER, principal: { kind: 'owner', name } } : OWNER
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).trim()
  } catch {
    return ''
  }
}

/**
 * A bearer token or an API key. Clients of the vendor's API send both, with a placeholder in the one that they do not
 * have: the one that verifies counts, the token first.
 */
export const byCredentials =
  ({ tokens, apiKeys }: { tokens: TokenVerifier | null; apiKeys: ApiKeys }): Authenticate =>
  async (request) => {
    const token = bearerTokenOf(request)
    const caller = token === null || token === 'repeated' ? null : ((await tokens?.verifyCaller(token.value)) ?? null)
    if (caller !== null) return caller

    const given = headerValues(request.raw, 'x-api-key').map((value) => value.trim())
    const [apiKey = ''] = given
    const service = given.length === 1 && apiKey !== '' ? apiKeys.verify(apiKey) : null
    if (service !== null) return service
    if (token !== null) return 'token-invalid'
    return given.some((value) => value !== '') ? 'api-key-invalid' : 'token-missing'
  }
