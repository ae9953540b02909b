import type { FastifyPluginAsync } from 'fastify'
import { CONSOLE } from '#http/pages/console/console-paths.ts'
import { alarmsPageRoutes } from './alarms.ts'
import type { PageOptions } from './console-boards.ts'
import { consoleViews } from './console-views.ts'
import { doorsPageRoutes } from './doors.ts'
import { healthPageRoutes } from './health.ts'
import { keysPageRoutes } from './keys/keys-routes.ts'
import { logPageRoutes } from './log.ts'
import { logFileRoutes } from './log-file.ts'
import { mutesPageRoutes } from './mutes.ts'

/** The pages of the console. Whoever registers this has to guard it: it asks nobody who he is. */
export const consolePages: FastifyPluginAsync<Pick<PageOptions, 'deps' | 'refuse'>> = async (app, options) => {
  const views = consoleViews(options.deps)
  // A stream that goes on would keep the listener from closing.
  app.addHook('preClose', async () => views.streams.close())

  app.get(CONSOLE.home, { config: { anyStaff: true } }, async (_request, reply) => reply.redirect(CONSOLE.doors, 303))
  const given = { deps: options.deps, refuse: options.refuse, views }
  await app.register(doorsPageRoutes, given)
  await app.register(keysPageRoutes, given)
  await app.register(alarmsPageRoutes, given)
  await app.register(mutesPageRoutes, given)
  await app.register(logPageRoutes, given)
  await app.register(logFileRoutes, given)
  await app.register(healthPageRoutes, given)
}
