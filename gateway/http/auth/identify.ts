import type { FastifyRequest } from 'fastify'
import type { Identified } from '#domain/openings/open-by-key.ts'
import { headerValues } from '#http/requests/header-values.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** Who the caller is, asked only where somebody is needed: with two credentials, the one that verifies counts. */
export async function identify(request: FastifyRequest, tokens: TokenVerifier | null): Promise<Identified> {
  const who = await identifyByHeader(request, tokens)
  if ((who.kind !== 'token-missing' && who.kind !== 'token-invalid') || request.sessionToken === null) return who
  return (await tokens?.verify(request.sessionToken)) ?? { kind: 'token-invalid' }
}

async function identifyByHeader(request: FastifyRequest, tokens: TokenVerifier | null): Promise<Identified> {
  const token = bearerTokenOf(request)
  if (token === null) return { kind: 'token-missing' }
  if (token === 'repeated') return { kind: 'token-invalid' }
  return (await tokens?.verify(token.value)) ?? { kind: 'token-invalid' }
}

/** Null without a bearer token; two of them are a riddle. */
export function bearerTokenOf(request: FastifyRequest): { readonly value: string } | 'repeated' | null {
  const values = headerValues(request.raw, 'authorization')
  const [header] = values
  if (header === undefined) return null
  if (values.length > 1) return 'repeated'
  const value = /^Bearer(?: +(.*))?$/i.exec(header.trim())?.[1]?.trim() ?? ''
  return value === '' ? null : { value }
}
