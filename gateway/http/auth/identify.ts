import type { FastifyRequest } from 'fastify'
import type { Identified } from '#domain/open-lock-deps.ts'
import { headerValues } from '#http/header-values.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** Who the caller is, asked only where somebody is needed: with two credentials, the one that verifies counts. */
export async function identify(request: FastifyRequest, tokens: TokenVerifier | null): Promise<Identified> {
  const who = await identifyByHeader(request, tokens)
  if ((who.kind !== 'token-missing' && who.kind !== 'token-invalid') || request.sessionToken === null) return who
  return (await tokens?.verify(request.sessionToken)) ?? { kind: 'token-invalid' }
}

async function identifyByHeader(request: FastifyRequest, tokens: TokenVerifier | null): Promise<Identified> {
  const values = headerValues(request.raw, 'authorization')
  const [value] = values
  if (value === undefined) return { kind: 'token-missing' }
  if (values.length > 1) return { kind: 'token-invalid' }
  const token = /^Bearer(?: +(.*))?$/i.exec(value.trim())?.[1]?.trim() ?? ''
  if (token === '') return { kind: 'token-missing' }
  return (await tokens?.verify(token)) ?? { kind: 'token-invalid' }
}
