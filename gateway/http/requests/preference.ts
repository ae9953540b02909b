import '@fastify/accepts'
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is for programs: its answers are never a page. */
    jsonOnly?: boolean
  }
  interface FastifyRequest {
    /** What `wantsPage` found: a request's preference does not change, and is asked for more than once. */
    wantsPage: boolean | null
  }
}

/** The guest's page is for who prefers text/html; who takes anything, or says nothing, gets JSON. */
export const wantsPage = (request: FastifyRequest): boolean => (request.wantsPage ??= prefersPage(request))

function prefersPage(request: FastifyRequest): boolean {
  if (request.routeOptions?.config?.jsonOnly === true) return false
  // A request with a bad URL never becomes a whole one: it has no `accepts`, and a browser begins with text/html.
  if (typeof request.accepts !== 'function') return /^\s*text\/html/i.test(request.headers.accept ?? '')
  return request.accepts().type(['application/json', 'text/html']) === 'text/html'
}

export const wantsEventStream = (request: FastifyRequest): boolean =>
  request.method === 'GET' && request.accepts().type(['application/json', 'text/event-stream']) === 'text/event-stream'
