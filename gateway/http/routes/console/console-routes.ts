import type { FastifyPluginAsync } from 'fastify'
import { guardConsole } from './console-guard.ts'
import type { ConsoleOptions } from './console-options.ts'
import { consolePages } from './console-pages.ts'
import { signInRoutes } from './sign-in.ts'
import { signOutRoutes } from './sign-out.ts'

/**
 * The pages of the staff. Their place decides who may see them: what is registered in `signedInRoutes` is answered to
 * nobody without a session, and names the scopes that it needs.
 */
export const consoleRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, options) => {
  await app.register(signInRoutes, options)
  await app.register(signedInRoutes, options)
  // A listener of the staff alone begins with the console.
  if (!options.listener.serves.has('guest')) {
    app.get('/', { config: {} }, (_request, reply) => reply.redirect('/console', 303))
  }
}

const signedInRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, options) => {
  guardConsole(app, options)
  await app.register(consolePages, options)
  await app.register(signOutRoutes, options)
}
