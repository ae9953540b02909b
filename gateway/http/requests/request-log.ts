import type { FastifyInstance, FastifyRequest } from 'fastify'
import { helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { HttpLog } from '#http/contract/http-deps.ts'
import type { Front } from '#http/front/front.ts'

/** A request that waited longer than this before it began tells of a gateway that could not keep up. */
const WAITED_MIN_MS = 250

/**
 * One line for each request: facts that we name ourselves. Never the URL, a header or a query, for the path of a
 * guest's page is the key itself.
 */
export function addRequestLog(
  app: FastifyInstance,
  log: HttpLog,
  { monotonicMs, front }: { monotonicMs: () => number; front: Front },
): void {
  if (log === null) return
  const facts = (request: FastifyRequest) => ({
    requestId: request.id,
    // What a page without an opening shows: how staff finds this line.
    code: helpCodeOfRequest(request.id),
    method: request.method,
    route: request.is404 ? null : (request.routeOptions.url ?? null),
    ms: Math.round(monotonicMs() - request.begunMonotonicMs),
    ...waited(request),
  })
  app.addHook('onResponse', (request, reply, done) => {
    log.info({ ...facts(request), status: reply.statusCode }, 'request answered')
    done()
  })
  // Not `onRequestAbort`: Fastify forgets it for a request whose whole body was read.
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return
      const cause = front.connections.of(socket)?.endedFor ?? null
      if (cause === null) log.info(facts(request), 'caller hung up')
      else log.info({ ...facts(request), cause }, 'connection ended by the gateway')
    })
    done()
  })
}

/** In ms, before it began: its bytes lay there, and the gateway was at something else or stood still. */
function waited(request: FastifyRequest): { waitedMs?: number } {
  const waitedMs = Math.round(request.begunMonotonicMs - request.arrivedMonotonicMs)
  return waitedMs >= WAITED_MIN_MS ? { waitedMs } : {}
}
