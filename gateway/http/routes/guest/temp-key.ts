import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isWhitelisted, type TempKey } from '#domain/temp-keys/temp-key.ts'
import { identify } from '#http/auth/identify.ts'
import { documented } from '#http/contract/route-docs.ts'
import { askingOf } from '#http/pages/guest/asking.ts'
import { findDoorGuide } from '#http/pages/guest/find-door-guide.ts'
import { keyPage } from '#http/pages/guest/key-page.ts'
import { refusalPage } from '#http/pages/guest/refusal-page.ts'
import type { Attempt } from '#http/pages/guest/shown.ts'
import { sendPage } from '#http/pages/shared/send-page.ts'
import { wantsPage } from '#http/requests/preference.ts'
import { limitGuests, type RouteOptions } from '#http/routes/route-options.ts'
import { openingId, tempKeyUuid } from '#http/shapes/fields.ts'
import { tempKeyViewAnswer, tempKeyViewBody, viewTempKey } from '#http/shapes/temp-key-view.ts'
import type { OpeningId, TempKeyUuid } from '#protocol/ids.ts'

const asked = {
  params: z.object({ uuid: tempKeyUuid }),
  querystring: z.object({ opening: openingId.optional() }),
}
const REASONS = [
  ...(['malformed-uuid', 'key-not-found', 'opening-not-found', 'token-missing', 'token-invalid'] as const),
  'not-whitelisted',
] as const
const answering = { tag: 'Temp keys', answers: { 200: tempKeyViewAnswer }, also: 'page', isForGuests: true } as const
const shown = documented(asked, {
  ...answering,
  operationId: 'getTempKey',
  summary: 'Show a key, as whoever may use it sees it',
  description:
    'JSON, or the guest’s page where `Accept` prefers `text/html`. Never opens. Where a key is for named users, a browser without one gets the page that lets sign in, with 200. `opening` tells of one opening of this key.',
  reasons: REASONS,
})
const shownToPost = documented(asked, {
  ...answering,
  operationId: 'followToTempKey',
  summary: 'Show a key to a client that kept POST when it followed the 303 of an opening',
  description: 'Opens nothing.',
  reasons: [...REASONS, 'forbidden-origin', 'unsupported-media-type', 'body-too-large'],
})

/**
 * A key as its holder sees it: the guest's page, or the same as JSON. Never acts, whatever the method: a client that
 * keeps POST when it follows the 303 of an opening lands here (docs/adr/0001-post-on-the-key-page.md).
 */
export const tempKeyRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { deps, refuse, signIn } = options
  app.addHook('preHandler', limitGuests(options, 'looks'))
  app.get('/temp-keys/:uuid', shown, (request, reply) =>
    showKey(request.params.uuid, request.query.opening, request, reply),
  )
  app.post('/temp-keys/:uuid', shownToPost, (request, reply) =>
    showKey(request.params.uuid, request.query.opening, request, reply),
  )

  async function showKey(
    uuid: TempKeyUuid,
    tried: OpeningId | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const key = await deps.open.store.findTempKey(uuid)
    if (key === null) return refuse(reply, { reason: 'key-not-found' })
    const asPage = wantsPage(request)

    const reason = await credentialRefusal(key, request)
    if (reason !== null) {
      // A browser has no token to show yet: the page that asks for one is no error.
      if (!asPage || reason === 'not-whitelisted') return refuse(reply, { reason })
      return sendPage(
        reply,
        refusalPage(deps.site, { reason }, askingOf(request), () => signIn.offer(request, reply)),
      )
    }
    const attempt = await findAttempt(key, tried)
    if (attempt === 'not-found') return refuse(reply, { reason: 'opening-not-found' })
    const view = await viewTempKey(key, deps.open)
    if (!asPage) return reply.send(tempKeyViewBody(view))
    const guide = await findDoorGuide(view, { store: deps.store, locks: deps.open.locks })
    return sendPage(reply, keyPage(deps.site, view, guide, attempt, deps.open.clock.nowMs(), askingOf(request)))
  }

  async function credentialRefusal(key: TempKey, request: FastifyRequest) {
    if (key.accessMode === 'public') return null
    const who = await identify(request, deps.tokens)
    if (who.kind === 'token-missing' || who.kind === 'token-invalid') return who.kind
    return isWhitelisted(key, who) ? null : 'not-whitelisted'
  }

  /** An opening is told only on the page of its own key. */
  async function findAttempt(key: TempKey, id: OpeningId | undefined): Promise<Attempt | 'not-found'> {
    if (id === undefined) return null
    const opening = await deps.open.store.findOpening(id)
    return opening?.tempKeyUuid === key.uuid ? { opening } : 'not-found'
  }
}
