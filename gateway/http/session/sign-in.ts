import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpDeps, Listener } from '#http/contract/http-deps.ts'
import { keyInUrl } from '#http/requests/key-in-url.ts'
import { isOwnPost } from '#http/requests/origins.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'
import { SessionCookies } from './session-cookies.ts'
import { nonceOf, SignInStates } from './sign-in-states.ts'
import { TokenHandles } from './token-handles.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The token of the browser's session where it may count; verified wherever somebody is needed. */
    sessionToken: string | null
  }
}

const SENT_THERE = '?sign-in'

/** How a page asks a person to sign in. */
export interface SignInOffer {
  /** To the identity provider, or, from another address of ours, to the key's page at the public URL; null for no link. */
  readonly href: string | null
  /** For an app that shows the page and has a token of its own. */
  readonly state: string
}

/** Signing in with a browser, on one listener. Without a `jwt` section nothing is offered. */
export class SignIn {
  readonly cookies: SessionCookies
  readonly states = new SignInStates()
  readonly handles: TokenHandles
  readonly #deps: HttpDeps

  constructor(deps: HttpDeps) {
    this.#deps = deps
    this.cookies = new SessionCookies(() => deps.installation.publicUrl()?.startsWith('https:') === true)
    this.handles = new TokenHandles(deps.open.clock)
  }

  /** Where a token may be posted from, besides our own pages; null for nowhere. */
  get providerOrigin(): string | null {
    const loginUrl = this.#deps.signIn?.loginUrl ?? null
    return loginUrl === null ? null : new URL(loginUrl).origin
  }

  /** For the page of the key that this request is about; null where no sign-in is possible. */
  offer(request: FastifyRequest, reply: FastifyReply): SignInOffer | null {
    const uuid = keyInUrl(request)
    if (this.#deps.signIn === null || uuid === null) return null
    const state = this.states.make(uuid, this.cookies.bind(request, reply), this.#deps.open.clock.nowMs())
    return { state, href: this.#link(uuid, state, request) }
  }

  #link(uuid: TempKeyUuid, state: string, request: FastifyRequest): string | null {
    const loginUrl = this.#deps.signIn?.loginUrl ?? null
    const publicUrl = this.#deps.installation.publicUrl()
    if (loginUrl === null || publicUrl === null) return null
    const page = `${publicUrl}/temp-keys/${uuid}`
    // The provider leads back to the public URL: only there does this browser's cookie count. Behind a proxy that
    // changes the Host nobody can tell where the browser is; the mark says that it was sent there once.
    const isThere = URL.parse(`http://${request.headers.host}`)?.host === URL.parse(publicUrl)?.host
    if (!isThere && !request.raw.url?.endsWith(SENT_THERE)) return `${page}${SENT_THERE}`
    const link = new URL(loginUrl)
    link.searchParams.set('return_to', page)
    link.searchParams.set('redirect_uri', `${publicUrl}/session`)
    link.searchParams.set('state', state)
    link.searchParams.set('nonce', nonceOf(state))
    return link.href
  }
}

/**
 * A session counts for whoever looks; where something is done it counts only when
 * our own page did it: a cookie comes along by itself, whoever made the browser post.
 */
export async function addSessionToken(app: FastifyInstance, { cookies }: SignIn, listener: Listener): Promise<void> {
  // Parsed where they are asked for: most requests have none.
  await app.register(cookie, { hook: false })
  app.decorateRequest('sessionToken', null)
  app.addHook('onRequest', (request, _reply, done) => {
    const looks = request.method === 'GET' || request.method === 'HEAD'
    if (looks || isOwnPost(request.raw, listener.publicUrlHost)) request.sessionToken = cookies.tokenOf(request)
    done()
  })
}
