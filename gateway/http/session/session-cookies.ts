import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isBinding, newBinding, SIGN_IN_MAX_S } from './sign-in-states.ts'

/** Browsers drop a cookie of more than 4,096 bytes with its name and attributes, and say nothing. */
export const COOKIE_TOKEN_MAX = 3_600

/**
 * Two cookies that no script reads. `Lax`, not `Strict`: a link to a key, tapped in webmail, has to find its user. With
 * TLS the prefix `__Host-` makes sure that no neighbour under the same domain can plant one.
 */
export class SessionCookies {
  readonly #isSecure: () => boolean

  constructor(isSecure: () => boolean) {
    this.#isSecure = isSecure
  }

  /** The token that the browser signed in with; null without one. Not verified. */
  tokenOf(request: FastifyRequest): string | null {
    const token = cookieOf(request, this.#name('session'))
    return token === undefined || token === '' ? null : token
  }

  setToken(reply: FastifyReply, token: string, maxAgeS: number): void {
    reply.setCookie(this.#name('session'), token, { ...this.#options(), maxAge: maxAgeS })
  }

  endSession(reply: FastifyReply): void {
    reply.clearCookie(this.#name('session'), this.#options())
  }

  bindingOf(request: FastifyRequest): string | null {
    const binding = cookieOf(request, this.#name('sign-in'))
    return isBinding(binding) ? binding : null
  }

  /** Several pages of one browser may offer the sign-in: they share what binds it. */
  bind(request: FastifyRequest, reply: FastifyReply): string {
    const binding = this.bindingOf(request) ?? newBinding()
    reply.setCookie(this.#name('sign-in'), binding, { ...this.#options(), maxAge: SIGN_IN_MAX_S })
    return binding
  }

  unbind(reply: FastifyReply): void {
    reply.clearCookie(this.#name('sign-in'), this.#options())
  }

  #name(what: 'session' | 'sign-in'): string {
    return `${this.#isSecure() ? '__Host-' : ''}latchkey-${what}`
  }

  #options(): CookieSerializeOptions {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#isSecure() }
  }
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const { cookie } = request.headers
  return cookie === undefined ? undefined : request.server.parseCookie(cookie)[name]
}
