import { hash } from 'node:crypto'
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { OpenByKeyRequest } from '#domain/openings/open-by-key.ts'
import { openByKey } from '#domain/openings/open-by-key.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { identify } from '#http/auth/identify.ts'
import { answerOf, type OpenAnswer, type OpenReason, openedAnswer } from '#http/contract/answers.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { setRefusalHeaders } from '#http/contract/refuse.ts'
import { documented } from '#http/contract/route-docs.ts'
import { askingOf } from '#http/pages/guest/asking.ts'
import { findDoorGuide } from '#http/pages/guest/find-door-guide.ts'
import { keyPage } from '#http/pages/guest/key-page.ts'
import { sendPage } from '#http/pages/shared/send-page.ts'
import { wantsPage } from '#http/requests/preference.ts'
import { limitGuests, type RouteOptions } from '#http/routes/route-options.ts'
import { idempotencyKey, tempKeyUuid } from '#http/shapes/fields.ts'
import { viewTempKey } from '#http/shapes/temp-key-view.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'

const opened = documented(
  {
    params: z.object({ uuid: tempKeyUuid }),
    headers: z.looseObject({ 'idempotency-key': idempotencyKey.optional() }),
    // Clients of the vendor's API send what they like here; nothing of it decides.
    body: z.looseObject({}).nullish(),
  },
  {
    operationId: 'openTempKey',
    summary: 'Open the door of a key',
    description:
      'Answers 303 to the key’s page once the lock has signed that it opened. 503 says that nothing was sent, 504 that nobody knows yet: ask `GET /openings/{openingId}`. A second request within 2 s of a success, or while it runs, joins it. With `Idempotency-Key` the same request gets the same answer for 24 h. A browser’s form post whose opening exists is always answered 303, to the page that tells of it.',
    tag: 'Opening',
    answers: { 303: openedAnswer },
    reasons: [
      ...(['malformed-uuid', 'key-not-found', 'token-missing', 'token-invalid', 'not-whitelisted'] as const),
      ...(['key-revoked', 'key-not-yet-valid', 'key-expired', 'key-used-up', 'idempotency-mismatch'] as const),
      ...(['lock-busy', 'opening-unconfirmed', 'lock-refused', 'lock-jammed', 'lock-offline'] as const),
      ...(['clock-untrusted', 'overloaded', 'caller-gone', 'shutting-down', 'unconfirmed'] as const),
    ],
    also: 'page',
    isForGuests: true,
  },
)

/** A tap. The only route of a guest that acts, and only by POST. */
export const openByKeyRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { deps, front, refuse, limits } = options
  app.addHook('preHandler', limitGuests(options, 'taps'))
  app.post('/temp-keys/:uuid/open', opened, async (request, reply) => {
    const { uuid } = request.params
    const { outcome, replayed } = await openByKey(
      {
        tempKeyUuid: uuid,
        identify: () => identify(request, deps.tokens),
        takeCommand: () => limits.commands(request),
        idempotency: idempotencyOf(request.headers['idempotency-key'], request.body),
        arrivedMonotonicMs: request.arrivedMonotonicMs,
        caller: { isThere: () => front.isCallerThere(request.raw) },
      },
      deps.open,
    )
    const answer = answerOf(outcome)
    if (replayed) reply.header('Idempotency-Replayed', 'true')
    if (wantsPage(request)) return await answerBrowser(uuid, answer, request, reply)
    if (answer.kind === 'refused') return refuse(reply, answer.refusal)
    return reply.status(303).header('Location', `/temp-keys/${uuid}`).send(answer.body)
  })

  /** Where an opening exists, the page that tells of it is a GET: reload and back never post again. */
  async function answerBrowser(
    uuid: TempKeyUuid,
    answer: OpenAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const openingId = answer.kind === 'opened' ? answer.body.openingId : answer.openingId
    if (openingId !== null) {
      return reply.status(303).header('Location', `/temp-keys/${uuid}?opening=${openingId}`).send()
    }
    if (answer.kind === 'opened') throw new Error('an opening without an id')
    return (await refuseOnKeyPage(uuid, answer.refusal, request, reply)) ?? refuse(reply, answer.refusal)
  }

  /** With the door's name and the key's window, for whoever got past the credential; null when they can't be shown. */
  async function refuseOnKeyPage(
    uuid: TempKeyUuid,
    refusal: Refusal & { readonly reason: OpenReason },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | null> {
    if (!SHOWN_WITH_KEY[refusal.reason]) return null
    try {
      const key = await deps.open.store.findTempKey(uuid)
      if (key === null) return null
      const view = await viewTempKey(key, deps.open)
      const guide = await findDoorGuide(view, { store: deps.store, locks: deps.open.locks })
      setRefusalHeaders(reply, refusal)
      const { reason, retryAfterS = null } = refusal
      return sendPage(
        reply,
        keyPage(deps.site, view, guide, { reason, retryAfterS }, deps.open.clock.nowMs(), askingOf(request)),
      )
    } catch (error) {
      if (error instanceof StoreFault) return null
      throw error
    }
  }
}

/** Whether the key's page tells of it: the others say nothing about the key, or have a page of their own. */
const SHOWN_WITH_KEY = {
  'key-revoked': true,
  'key-not-yet-valid': true,
  'key-expired': true,
  'key-used-up': true,
  'rate-limited': true,
  'lock-retired': true,
  'lock-offline': true,
  'lock-busy': true,
  'clock-untrusted': true,
  overloaded: true,
  'caller-gone': true,
  'shutting-down': true,
  'store-failed': false,
  'key-not-found': false,
  'token-missing': false,
  'token-invalid': false,
  'api-key-invalid': false,
  'not-whitelisted': false,
  'not-owner': false,
  'wrong-organization': false,
  'idempotency-mismatch': false,
  'lock-refused': false,
  'lock-jammed': false,
  'opening-unconfirmed': false,
  unconfirmed: false,
} as const satisfies Record<OpenReason, boolean>

function idempotencyOf(key: unknown, body: unknown): OpenByKeyRequest['idempotency'] {
  if (typeof key !== 'string') return null
  return { key, bodyHash: hash('sha256', JSON.stringify(body ?? null), 'base64url') }
}
