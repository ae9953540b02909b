import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { accessCodeHash, readAccessCode } from '#domain/access/access-code.ts'
import { setRefusalHeaders } from '#http/contract/refuse.ts'
import { PerMinute } from '#http/limits/per-minute.ts'
import { type SignInNotice, signInPage } from '#http/pages/console/sign-in-page.ts'
import { networkOf } from '#http/requests/network-of.ts'
import { isOwnPost } from '#http/requests/origins.ts'
import { setStaffCookie, staffCookieOf } from '#http/session/staff-cookie.ts'
import type { ConsoleOptions } from './console-options.ts'
import { returnPathOf } from './return-path.ts'

const query = z.looseObject({
  next: z.string().max(2_000).optional().catch(undefined),
  why: z.enum(['ended', 'signed-out']).optional().catch(undefined),
})
const body = z.strictObject({
  code: z.string().max(100, { error: 'is longer than every code' }),
  next: z.string().max(2_000).optional().catch(undefined),
})

/** In a minute. Each is an event for ever, and a commit that openings wait for: a person with a code must not do it in a loop. */
const SIGN_INS_OF_ONE_MAX = 30

/** Signing in with an access code, for whoever has nothing yet. */
export const signInRoutes: FastifyPluginAsyncZod<ConsoleOptions> = async (app, options) => {
  const { deps, refuse, listener, wayOf } = options
  const { clock, log } = deps.open
  const wrongCodes = new PerMinute(deps.limits.failures, () => clock.monotonicMs())
  const signIns = new PerMinute(SIGN_INS_OF_ONE_MAX, () => clock.monotonicMs())

  app.addHook('onRequest', async (request, reply) =>
    wayOf(request) === 'refused' ? refuse(reply, { reason: 'plain-http' }) : undefined,
  )

  // Only looks: what scans a link before a person does signs nobody in.
  app.get('/console/sign-in', { schema: { querystring: query } }, async (request, reply) => {
    // An address is kept in histories and logs of proxies; the QR code has it behind the #, which no browser sends.
    if ('code' in request.query) {
      const details = [{ field: 'code', message: 'must not stand in an address: type it, or scan the QR code' }]
      return refuse(reply, { reason: 'invalid-request', details })
    }
    return answerPage(request, reply, request.query.next, request.query.why ?? null)
  })

  app.post('/console/sign-in', { schema: { body } }, async (request, reply) => {
    if (!isOwnPost(request.raw, listener.publicUrlHost)) return refuse(reply, { reason: 'forbidden-origin' })
    const network = networkOf(request.ip) ?? 'here'
    const code = accessCodeHash(readAccessCode(request.body.code) ?? '')
    const wait = (retryAfterS: number): FastifyReply => {
      setRefusalHeaders(reply, { reason: 'rate-limited', retryAfterS })
      return answerPage(request, reply, request.body.next, 'wait')
    }
    const tooOftenS = signIns.waitS(code)
    if (tooOftenS !== null) return wait(tooOftenS)
    const isSecure = wayOf(request) === 'secure'
    const before = staffCookieOf(request, isSecure)
    const signedIn = await deps.staff.sessions.signIn(request.body.code, { before, isSecure })
    if (signedIn === null) {
      // Only what is wrong waits: a stranger behind the same address must not lock out whoever has a code.
      const tooManyS = wrongCodes.waitS(network)
      if (tooManyS !== null) return wait(tooManyS)
      wrongCodes.count(network)
      log.warn({ network }, 'sign-in to the console refused')
      setRefusalHeaders(reply, { reason: 'code-invalid' })
      return answerPage(request, reply, request.body.next, 'wrong')
    }
    signIns.count(code)
    const { id: staffId, name } = signedIn.member
    log.info({ staffId, name, network }, 'signed in to the console')
    setStaffCookie(reply, signedIn.value, isSecure)
    return reply.redirect(returnPathOf(request.body.next), 303)
  })

  function answerPage(
    request: FastifyRequest,
    reply: FastifyReply,
    next: string | undefined,
    notice: SignInNotice | null,
  ): FastifyReply {
    const path = returnPathOf(next)
    return signInPage(request, reply, { site: deps.site, next: path === '/console' ? null : path, notice })
  }
}
