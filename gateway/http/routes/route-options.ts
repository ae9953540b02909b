import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '#domain/principal.ts'
import type { HttpDeps } from '#http/http-deps.ts'
import type { Refusal, Refuse } from '#http/refusal.ts'
import type { SignIn } from '#http/session/sign-in.ts'

/** What each plugin of routes is given. */
export interface RouteOptions {
  deps: HttpDeps
  refuse: Refuse
  signIn: SignIn
}

/** Who asks, or why that can't be told. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | Refusal>

/** What a plugin of routes is given that somebody must be known for. */
export interface ManagementOptions extends RouteOptions {
  authenticate: Authenticate
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the plugin's `authenticate`; null on routes that need nobody. */
    principal: Principal | null
  }
}

/** The hook of a management plugin: its place in the plugin tree decides who may ask, never the URL. */
export const authenticateBy =
  ({ authenticate, refuse }: ManagementOptions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const who = await authenticate(request)
    if ('reason' in who) return refuse(reply, who)
    request.principal = who
    return undefined
  }

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('a management route stands outside its authenticate hook')
  return request.principal
}
