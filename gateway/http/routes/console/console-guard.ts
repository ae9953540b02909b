import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Scope } from '#domain/access/caller.ts'
import { READING_SCOPES, ROLES, type StaffRole } from '#domain/access/roles.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import { redirectToItself } from '#http/pages/console/redirect-page.ts'
import { isOwnPost } from '#http/requests/origins.ts'
import { wantsPage } from '#http/requests/preference.ts'
import { isMaskedFormToken, maskedFormToken } from '#http/session/form-tokens.ts'
import { staffCookieOf } from '#http/session/staff-cookie.ts'
import type { StaffId } from '#protocol/ids.ts'
import type { ConsoleOptions } from './console-options.ts'
import { signInHref } from './return-path.ts'

/** Who is signed in, and what a page needs to know of that. */
export interface StaffOnRequest {
  readonly id: StaffId
  readonly name: string
  readonly role: StaffRole
  /** Guests' names, notes on keys, and what was written about people. */
  readonly seesPersons: boolean
  /** A key's UUID and link. */
  readonly seesKeyLinks: boolean
  has(scope: Scope): boolean
  /** Stands in each form of a page as the hidden field `formToken`; a script sends it as `X-Form-Token`. */
  readonly formToken: string
  /** Runs once when the session ends: a stream has to end with it. The answer forgets it. */
  onEnd(run: () => void): () => void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for everything within the console; null elsewhere. */
    staff: StaffOnRequest | null
  }
  interface FastifyContextConfig {
    /** Within the console: for everybody who is signed in, whatever their role. */
    anyStaff?: true
    /** A page asks for this by itself, again and again: it keeps nobody signed in. */
    byItself?: true
  }
}

export function staffOf({ staff }: FastifyRequest): StaffOnRequest {
  if (staff === null) throw new Error('a page of the console stands outside its guard')
  return staff
}

type GuardOptions = Pick<ConsoleOptions, 'refuse' | 'limits' | 'listener' | 'wayOf'> & {
  readonly deps: Pick<HttpDeps, 'staff'>
}

/**
 * Guards a plugin of the console: nothing in it is answered without a session, a route that names no scopes does not
 * start, and whatever changes something came from a page of this very session.
 */
export function guardConsole(app: FastifyInstance, options: GuardOptions): void {
  const { deps, refuse, limits, listener, wayOf } = options
  const { sessions } = deps.staff
  const values = new WeakMap<FastifyRequest, string>()

  app.addHook('onRoute', ({ method, url, config }) => {
    const scopes = config?.scopes ?? []
    const changes = [method].flat().some((each) => !isLook(each))
    if (config?.anyStaff !== true && scopes.length === 0) throw new Error(`${url} names no scopes`)
    if (changes && scopes.some((scope) => READING_SCOPES.includes(scope)))
      throw new Error(`${url} changes something with a scope that only reads`)
  })

  app.addHook('onRequest', async (request, reply) => {
    const way = wayOf(request)
    if (way === 'refused') return refuse(reply, { reason: 'plain-http' })
    const isSecure = way === 'secure'
    const value = staffCookieOf(request, isSecure)
    const byPerson = request.routeOptions.config.byItself !== true
    const signedIn = value === null ? null : sessions.find(value, { isSecure, byPerson })
    if (value === null || signedIn === null) return toSignIn(request, reply, value !== null)
    const { id, name, role } = signedIn.member
    const rights = ROLES[role]
    const scopes = new Set(rights.scopes)
    values.set(request, value)
    request.staff = {
      ...{ id, name, role, seesPersons: rights.seesPersons, seesKeyLinks: rights.seesKeyLinks },
      has: (scope) => scopes.has(scope),
      formToken: maskedFormToken(value),
      onEnd: signedIn.onEnd,
    }
    // Another role ends the session: one that is found has this one.
    const isStillGood = () => sessions.find(value, { isSecure, byPerson: false }) !== null
    request.caller = { principal: { kind: 'staff', staffId: id, name }, scopes, isStillGood } satisfies Caller
    const retryAfterS = await limits.calls(request)
    if (retryAfterS !== null) return refuse(reply, { reason: 'rate-limited', retryAfterS })
    const { scopes: needed, anyStaff } = request.routeOptions.config
    const isAllowed = anyStaff === true || needed?.some((scope) => scopes.has(scope)) === true
    if (!isAllowed) return refuse(reply, { reason: 'insufficient-scope' })
    if (!isLook(request.method) && !isOwnPost(request.raw, listener.publicUrlHost)) {
      return refuse(reply, { reason: 'forbidden-origin' })
    }
    return undefined
  })

  // The body is read by now, and nothing has looked at it yet.
  app.addHook('preValidation', async (request, reply) => {
    const value = values.get(request)
    if (isLook(request.method) || value === undefined) return undefined
    const given = request.headers['x-form-token'] ?? takeFormToken(request.body)
    return isMaskedFormToken(given, value) ? undefined : refuse(reply, { reason: 'form-stale' })
  })

  function toSignIn(request: FastifyRequest, reply: FastifyReply, hadCookie: boolean): FastifyReply {
    if (!wantsPage(request)) return refuse(reply, { reason: 'not-signed-in' })
    const looks = isLook(request.method)
    // A link in a mail brings no cookie, for it is another site's; what our own page asks for brings it.
    if (looks && !hadCookie && isFromElsewhere(request)) return redirectToItself(reply, request.raw.url ?? '/console')
    const next = looks ? (request.raw.url ?? null) : null
    return reply.redirect(signInHref({ next, why: hadCookie || !looks ? 'ended' : null }), 303)
  }
}

const isLook = (method: string): boolean => method === 'GET' || method === 'HEAD'

const isFromElsewhere = ({ headers }: FastifyRequest): boolean =>
  (headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site') &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document'

/** Takes it out, so that a route's own form has to know nothing of it. */
function takeFormToken(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('formToken' in body)) return undefined
  const { formToken } = body
  delete body.formToken
  return formToken
}
