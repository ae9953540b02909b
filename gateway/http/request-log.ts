import type { FastifyInstance, FastifyRequest } from 'fastify'
import { helpCodeOfRequest } from '#domain/help-code.ts'
import type { HttpLog } from './http-deps.ts'

/**
 * One line for each request: facts that we name ourselves. Never the URL, a header or a query, for the path of a
 * guest's page is the key itself.
 */
export function addRequestLog(app: FastifyInstance, log: HttpLog, monotonicMs: () => number): void {
  if (log === null) return
  const facts = (request: FastifyRequest) => ({
    requestId: request.id,
    // What a page without an opening shows: how staff finds this line.
    code: helpCodeOfRequest(request.id),
    method: request.method,
    route: request.is404 ? null : (request.routeOptions.url ?? null),
    ms: Math.round(monotonicMs() - request.arrivedMonotonicMs),
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { requestId, code, method, route, ms } = facts(request)
    log.info({ requestId, code, method, route, ms, status: reply.statusCode }, 'request answered')
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    log.info(facts(request), 'caller hung up')
    done()
  })
}
