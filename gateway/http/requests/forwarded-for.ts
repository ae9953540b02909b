import type { FastifyInstance } from 'fastify'
import type { HttpDeps } from '#http/contract/http-deps.ts'

/**
 * A proxy that nobody told us of: its own address stands for every guest's, and a flood from one of them would be
 * everybody's. The header is not believed, or it would choose its own rate limit.
 */
export function noticeForwardedFor(
  app: FastifyInstance,
  { proxyNotice, open }: Pick<HttpDeps, 'proxyNotice' | 'open'>,
): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.headers['x-forwarded-for'] !== undefined) proxyNotice.forwardedForIgnoredAtMs = open.clock.nowMs()
    done()
  })
}
