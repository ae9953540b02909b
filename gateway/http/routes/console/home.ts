import type { FastifyPluginAsync } from 'fastify'
import { html } from '#http/pages/shared/html.ts'
import { staffOf } from './console-guard.ts'
import type { ConsoleOptions } from './console-options.ts'

/** Where everybody begins. */
export const homeRoutes: FastifyPluginAsync<ConsoleOptions> = async (app) => {
  app.get('/console', { config: { anyStaff: true } }, (request, reply) => {
    const { name, formToken } = staffOf(request)
    const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Console</title></head><body><h1>${name}</h1><form method="post" action="/console/sign-out"><input type="hidden" name="formToken" value="${formToken}"><button type="submit">Sign out</button></form></body></html>`
    return reply
      .type('text/html; charset=utf-8')
      .header('Content-Security-Policy', "default-src 'none'; form-action 'self'")
      .send(page.toString())
  })
}
