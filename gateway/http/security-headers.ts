import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** What every answer forbids a browser; a page widens the content policy by what it holds. */
export async function addSecurityHeaders(app: FastifyInstance, promisesTls: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    // Not `no-referrer`: that makes the browser send `Origin: null` with the page's own form post.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    // A year for this host alone: other names of its domain are not ours to promise for.
    strictTransportSecurity: promisesTls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  })
}
