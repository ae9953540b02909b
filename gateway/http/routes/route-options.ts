import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Caller, mayAny, type Scope } from '#domain/access/caller.ts'
import type { Principal } from '#domain/access/principal.ts'
import type { Authenticate } from '#http/auth/authenticate.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import type { Front } from '#http/front/front.ts'
import type { RateLimits } from '#http/limits/rate-limits.ts'
import type { SignIn } from '#http/session/sign-in.ts'

/** What each plugin of routes is given. */
export interface RouteOptions {
  deps: HttpDeps
  front: Front
  refuse: Refuse
  limits: RateLimits
  signIn: SignIn
}

/** What a plugin of routes is given that somebody must be known for. */
export interface ManagementOptions extends RouteOptions {
  authenticate: Authenticate
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the plugin's `authenticate`; null on routes that need nobody. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** The credential must have one of these; a route of a management plugin that names none is the owner's alone. */
    scopes?: readonly Scope[]
  }
}

/** The hook of a management plugin: its place in the plugin tree decides who may ask, never the URL. */
export const authenticateBy =
  ({ authenticate, refuse, limits }: ManagementOptions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const caller = await authenticate(request)
    if (typeof caller === 'string') return refuse(reply, { reason: caller })
    request.caller = caller
    const retryAfterS = caller.principal.kind === 'owner' ? null : await limits.calls(request)
    if (retryAfterS !== null) return refuse(reply, { reason: 'rate-limited', retryAfterS })
    const { scopes } = request.routeOptions.config
    const isAllowed = scopes === undefined ? caller.principal.kind === 'owner' : mayAny(caller, scopes)
    return isAllowed ? undefined : refuse(reply, { reason: 'insufficient-scope' })
  }

/** The hook of a guest's routes, which ask for nobody's name: whoever looks or taps without end waits. */
export const limitGuests =
  ({ refuse, limits }: RouteOptions, what: 'looks' | 'taps') =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const retryAfterS = await limits[what](request)
    return retryAfterS === null ? undefined : refuse(reply, { reason: 'rate-limited', retryAfterS })
  }

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a management route stands outside its authenticate hook')
  return request.caller
}

export const principalOf = (request: FastifyRequest): Principal => callerOf(request).principal
