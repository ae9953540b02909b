import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Reason } from '#http/contract/reasons.ts'
import type { RateLimits } from './rate-limits.ts'

/** What guessing looks like. A closed door, an expired key or an absent lock is nobody's failure. */
const FAILURES: ReadonlySet<Reason> = new Set<Reason>([
  'malformed-uuid',
  'invalid-request',
  'key-not-found',
  'opening-not-found',
  'token-invalid',
  'api-key-invalid',
  'code-invalid',
  'body-too-large',
  'unsupported-media-type',
  'url-too-long',
  'foreign-host',
  'forbidden-origin',
])

declare module 'fastify' {
  interface FastifyReply {
    /** Why it is not a success; null if it is, or if nobody has said yet. */
    refusedFor: Reason | null
  }
}

/** The answer that a failure gets instead when its address has failed too often. */
type TooMany = (reply: FastifyReply, retryAfterS: number) => string

/** Counts each failed request when its answer leaves; one too many learns only that it is one too many. */
export function addFailureLimit(app: FastifyInstance, limits: RateLimits, tooMany: TooMany): void {
  app.decorateReply('refusedFor', null)
  app.addHook('onSend', (request, reply, payload, done) => {
    // Whoever proved who he is has a limit of his own.
    if (reply.refusedFor === null || !FAILURES.has(reply.refusedFor) || request.caller !== null) return done()
    return limits.failed(request).then((retryAfterS) => (retryAfterS === null ? payload : tooMany(reply, retryAfterS)))
  })
}
