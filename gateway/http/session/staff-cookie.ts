import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isSessionValue, SESSION_LASTS_MS } from '#domain/access/staff-session.ts'

/**
 * The session of a browser of the staff. `Strict`: no link or form of another site brings it. Over TLS the prefix `__Host-`
 * keeps it from every neighbour and from plain HTTP; without TLS, on this machine, it has a name of its own.
 */
const NAMES = { secure: '__Host-latchkey-staff', plain: 'latchkey-staff' } as const
const nameOf = (isSecure: boolean): string => (isSecure ? NAMES.secure : NAMES.plain)

const options = (isSecure: boolean): CookieSerializeOptions => ({
  ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure },
})

/** Null without one, or with one that we never made. */
export function staffCookieOf(request: FastifyRequest, isSecure: boolean): string | null {
  const { cookie } = request.headers
  const value = cookie === undefined ? undefined : request.server.parseCookie(cookie)[nameOf(isSecure)]
  return value !== undefined && isSessionValue(value) ? value : null
}

export const setStaffCookie = (reply: FastifyReply, value: string, isSecure: boolean): FastifyReply =>
  reply.setCookie(nameOf(isSecure), value, { ...options(isSecure), maxAge: SESSION_LASTS_MS / 1_000 })

export const clearStaffCookie = (reply: FastifyReply, isSecure: boolean): FastifyReply =>
  reply.clearCookie(nameOf(isSecure), options(isSecure))
