import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Listener } from '#http/contract/http-deps.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import type { Front } from '#http/front/front.ts'
import { setCommonHeaders } from '#http/headers/common-headers.ts'
import { createHostRule } from './hosts.ts'
import { isForeignPost } from './origins.ts'
import { wantsPage } from './preference.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** One origin besides our own whose pages may post here, also those that withhold their origin. */
    postsFrom?: string | null
  }
  interface FastifyRequest {
    /** When it can have arrived at the earliest, monotonic: every deadline counts from here. */
    arrivedMonotonicMs: number
    /** When it was begun, monotonic. */
    begunMonotonicMs: number
  }
}

/** Longer than every URL that we make; a URL this long is an accident or an attack. */
const URL_MAX_CHARACTERS = 2_048

/** Headers that the vendor's gateway sets after its own authentication; here they would be claims without proof. */
const CLAIMED_IDENTITY_HEADERS = ['x-org-id', 'x-user-id', 'x-user-email', 'x-is-admin', 'x-super-access']

/** What holds for every request, before its route is asked. */
export function addRequestRules(
  app: FastifyInstance,
  options: { listener: Listener; monotonicMs: () => number; front: Front; refuse: Refuse },
): void {
  const { listener, monotonicMs, front, refuse } = options
  const hostRule = listener.kind === 'owner' ? null : createHostRule(app.server, listener.publicUrlHost)

  app.decorateRequest('arrivedMonotonicMs', 0)
  app.decorateRequest('begunMonotonicMs', 0)
  app.addHook('onRequest', (request, reply, done) => {
    request.begunMonotonicMs = monotonicMs()
    request.arrivedMonotonicMs = request.begunMonotonicMs - front.ageMs(request.raw)
    setCommonHeaders(reply)
    if ((request.raw.url ?? '').length > URL_MAX_CHARACTERS) return refuse(reply, { reason: 'url-too-long' })
    if (hostRule !== null) {
      const wrong = hostRule(request.raw)
      if (wrong !== null) return refuse(reply, { reason: wrong })
      if (isForeignPost(request.raw, listener.publicUrlHost, () => request.routeOptions.config?.postsFrom ?? null))
        return refuse(reply, { reason: 'forbidden-origin' })
    }
    const claimed = claimedIdentity(request)
    if (claimed.length > 0) {
      const details = claimed.map((field) => ({ field, message: 'must not be sent' }))
      return refuse(reply, { reason: 'invalid-request', details })
    }
    return done()
  })
}

/**
 * Nothing reads these headers. A program is told of its mistake; a browser can't set them, so a proxy on the guest's
 * way did, and no guest stands before a closed door for that.
 */
function claimedIdentity(request: FastifyRequest): readonly string[] {
  const { headers } = request
  const claimed = CLAIMED_IDENTITY_HEADERS.filter((name) => headers[name] !== undefined)
  return claimed.length === 0 || wantsPage(request) ? [] : claimed
}
