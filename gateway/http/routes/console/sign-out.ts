import type { FastifyPluginAsync } from 'fastify'
import { clearStaffCookie, staffCookieOf } from '#http/session/staff-cookie.ts'
import type { ConsoleOptions } from './console-options.ts'
import { signInHref } from './return-path.ts'

/** Ends the session at once, here and in every other window that has it. */
export const signOutRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, { deps, wayOf }) => {
  app.post('/console/sign-out', { config: { anyStaff: true } }, async (request, reply) => {
    const isSecure = wayOf(request) === 'secure'
    const value = staffCookieOf(request, isSecure)
    if (value !== null) await deps.staff.sessions.signOut(value)
    clearStaffCookie(reply, isSecure)
    return reply.redirect(signInHref({ next: null, why: 'signed-out' }), 303)
  })
}
