import type { FastifyReply } from 'fastify'

/** On every answer. The path of a guest's page is a secret: it goes into no cache and no foreign Referer. */
export function setCommonHeaders(reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': reply.request.id,
    'Cache-Control': 'no-store',
    // Not `no-referrer`: that makes the browser send `Origin: null` with the page's own form post.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    Vary: 'Accept',
  })
}
