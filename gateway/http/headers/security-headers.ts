import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'

export type SecurityHeaders = Readonly<Record<string, string>>

/** What every answer forbids a browser; a page widens the content policy by what it holds. */
export function addSecurityHeaders(app: FastifyInstance, headers: SecurityHeaders): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

/** Asked of Helmet once: it would work out the same for each answer, which took longer than an opening's domain rules. */
export function securityHeaders(promisesTls: boolean): SecurityHeaders {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  const set = helmet({
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
  set(request, response, (error) => {
    if (error !== undefined) throw error
  })
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]))
}
