import type { FastifyInstance } from 'fastify'

export type SecurityHeaders = Readonly<Record<string, string>>

/** What every answer forbids a browser; a page widens the content policy by what it holds. */
export function addSecurityHeaders(app: FastifyInstance, headers: SecurityHeaders): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

/** As Helmet would set them for what is chosen here: its own test compares the two. */
const FORBIDDING: SecurityHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  // Not `no-referrer`: that makes the browser send `Origin: null` with the page's own form post.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  // The filters that it once switched were a hole of their own.
  'x-xss-protection': '0',
}

/** A year for this host alone: other names of its domain are not ours to promise for. HSTS covers every port of a host. */
const ONLY_TLS: SecurityHeaders = { 'strict-transport-security': 'max-age=31536000' }

export const securityHeaders = (promisesTls: boolean): SecurityHeaders =>
  promisesTls ? { ...FORBIDDING, ...ONLY_TLS } : FORBIDDING
