import type { FastifyReply } from 'fastify'

/** On every answer, those without a route included: the path of a guest's page is a secret, and goes into no cache. */
export function setCommonHeaders(reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': reply.request.id,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept',
  })
}
