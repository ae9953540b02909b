import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Refuse } from '#http/contract/refuse.ts'

/** So many at once, of all callers together: each may hold some megabytes until its last byte has come. */
const LARGE_AT_ONCE = 16

/**
 * Bodies that are longer than those of most routes are few and read one after the other: a caller that sends many of them
 * slowly takes a bounded share of the memory, and stands in the way of nobody who sends a short one.
 *
 * @param usualMaxBytes how long a body may be that is always taken
 */
export function limitLargeBodies(app: FastifyInstance, refuse: Refuse, usualMaxBytes: number): void {
  let atWork = 0
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.routeOptions.bodyLimit <= usualMaxBytes || !mayBeLarge(request, usualMaxBytes)) {
      done(null, payload)
      return
    }
    if (atWork >= LARGE_AT_ONCE) {
      refuse(reply, { reason: 'overloaded' })
      return
    }
    atWork += 1
    reply.raw.once('close', () => {
      atWork -= 1
    })
    done(null, payload)
  })
}

/** Chunks do not say how long they will be. */
const mayBeLarge = ({ headers }: FastifyRequest, usualMaxBytes: number): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > usualMaxBytes
