import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { Refusal } from '#http/contract/refusal.ts'
import { documented } from '#http/contract/route-docs.ts'
import { askingOf } from '#http/pages/guest/asking.ts'
import { handOverPage, signedOutPage } from '#http/pages/guest/session-pages.ts'
import { sendPage } from '#http/pages/shared/send-page.ts'
import { isOwnPost } from '#http/requests/origins.ts'
import { wantsPage } from '#http/requests/preference.ts'
import type { RouteOptions } from '#http/routes/route-options.ts'
import { text } from '#http/shapes/fields.ts'
import { parseTempKeyUuid } from '#protocol/ids.ts'
import { COOKIE_TOKEN_MAX } from './session-cookies.ts'
import { claimedKeyOf, nonceOf } from './sign-in-states.ts'
import type { HeldToken } from './token-handles.ts'

export interface SessionOptions extends RouteOptions {
  publicUrlHost: string | null
}

const oneLine = text.max(8_192)
/** Providers send more than this; nothing else is read. */
const tokenBody = z.looseObject({
  token: oneLine.optional(),
  id_token: oneLine.optional(),
  state: oneLine,
})
const finishBody = z.looseObject({ handle: oneLine, state: oneLine })
const endBody = z.looseObject({ key: oneLine.optional() }).nullish()

const answering = { tag: 'Signing in', also: 'page' } as const
const begun = documented(
  { body: tokenBody },
  {
    ...answering,
    operationId: 'beginSession',
    summary: 'Bring the token of a sign-in',
    description:
      'From the identity provider’s form post or an app’s web view: only our own and `loginUrl`’s origin may post, or a page that withholds its origin, with a token that has the sign-in’s nonce. The token waits under a one-time handle until `/session/finish` is posted by the browser in which the sign-in began.',
    answers: { 200: z.strictObject({ handle: z.string(), state: z.string(), finish: z.string() }) },
    reasons: ['token-missing', 'token-invalid', 'overloaded'],
  },
)
const finished = documented(
  { body: finishBody },
  {
    ...answering,
    operationId: 'finishSession',
    summary: 'Sign this browser in',
    description: 'Sets a cookie that is verified like a bearer token on each request, and goes back to the key.',
    answers: { 303: z.strictObject({ userId: z.string(), maxAgeS: z.int() }) },
    reasons: ['token-invalid'],
  },
)
const signedOut = z.strictObject({ signedIn: z.literal(false) })
const ended = documented(
  { body: endBody },
  {
    ...answering,
    operationId: 'endSession',
    summary: 'Sign this browser out',
    answers: { 200: signedOut, 303: signedOut },
  },
)

/**
 * Signing in with a browser. The provider's post comes from another site, so it brings no cookie of ours; what it
 * brings waits under a one-time handle until a page of our own posts, in the browser that the sign-in began in.
 */
export const sessionRoutes: FastifyPluginAsyncZod<SessionOptions> = async (app, options) => {
  const { deps, refuse, signIn, publicUrlHost } = options
  const { cookies, handles, states } = signIn
  const { clock, log } = deps.open

  app.post(
    '/session',
    { schema: begun.schema, config: { ...begun.config, postsFrom: signIn.providerOrigin } },
    async (request, reply) => {
      const { state } = request.body
      const token = request.body.token ?? request.body.id_token
      if (token === undefined) return refuse(reply, failed('token-missing', state))
      const user = (await deps.tokens?.verify(token)) ?? null
      if (user?.kind !== 'user') return refuse(reply, failed('token-invalid', state))
      if (token.length > COOKIE_TOKEN_MAX) {
        log.warn({ characters: token.length, most: COOKIE_TOKEN_MAX }, 'token too large for a browser’s session')
        return refuse(reply, failed('token-invalid', state))
      }
      const handle = handles.keep({
        ...{ token, state, userId: user.userId },
        needsNonce: request.headers.origin === 'null',
      })
      if (handle === null) return refuse(reply, { reason: 'overloaded' })
      if (!wantsPage(request)) return reply.send({ handle, state, finish: '/session/finish' })
      return sendPage(reply, handOverPage(deps.site, { handle, state }, askingOf(request)))
    },
  )

  app.post('/session/finish', finished, async (request, reply) => {
    const held = handles.take(request.body.handle)
    const binding = cookies.bindingOf(request)
    const { state } = request.body
    const uuid = binding === null ? null : states.check(state, binding, clock.nowMs())
    if (held === null || held.state !== state || uuid === null || !isOwnPost(request.raw, publicUrlHost)) {
      return refuse(reply, failed('forbidden-origin', state))
    }
    const maxAgeS = await lifeOf(held, state)
    if (maxAgeS === null) return refuse(reply, failed('token-invalid', state))
    cookies.setToken(reply, held.token, maxAgeS)
    cookies.unbind(reply)
    return reply.status(303).header('Location', `/temp-keys/${uuid}`).send({ userId: held.userId, maxAgeS })
  })

  app.post('/session/end', ended, async (request, reply) => {
    if (!isOwnPost(request.raw, publicUrlHost)) return refuse(reply, { reason: 'forbidden-origin' })
    cookies.endSession(reply)
    return answerEnd(parseTempKeyUuid(request.body?.key ?? ''), request, reply)
  })

  /** How long the browser keeps this token; null when it is good no more, or was made for another sign-in. */
  async function lifeOf({ token, needsNonce }: HeldToken, state: string): Promise<number | null> {
    if (((await deps.tokens?.verify(token)) ?? null) === null) return null
    const { exp = 0, nonce } = decodeJwt(token)
    if (nonce === undefined ? needsNonce : nonce !== nonceOf(state)) {
      log.info({ cause: 'nonce' }, 'token refused')
      return null
    }
    const leftS = Math.floor(exp - clock.nowMs() / 1_000)
    return leftS < 1 ? null : Math.min(leftS, deps.signIn?.sessionMaxS ?? 0)
  }

  function answerEnd(uuid: string | null, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (uuid !== null) return reply.status(303).header('Location', `/temp-keys/${uuid}`).send({ signedIn: false })
    if (!wantsPage(request)) return reply.send({ signedIn: false })
    return sendPage(reply, signedOutPage(deps.site, askingOf(request)))
  }
}

const MESSAGES = {
  'token-missing': 'The identity provider sent no token.',
  'token-invalid': 'The token is not valid for a sign-in here; the log says why.',
  'forbidden-origin': 'The sign-in was not begun in this browser, or too long ago, or is done already.',
} as const

/** Links back to the key that `state` names, unchecked: harmless, because that page asks for a sign-in again. */
function failed(reason: keyof typeof MESSAGES, state: string): Refusal {
  const uuid = claimedKeyOf(state)
  const page = { scene: 'sign-in-failed', back: uuid === null ? null : `/temp-keys/${uuid}` } as const
  return { reason, message: MESSAGES[reason], page }
}
