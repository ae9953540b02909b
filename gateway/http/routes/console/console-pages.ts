import type { FastifyPluginAsync } from 'fastify'
import { CONSOLE } from '#http/pages/console/console-paths.ts'
import { alarmsPageRoutes } from './alarms.ts'
import type { PageOptions } from './console-boards.ts'
import { consoleViews } from './console-views.ts'
import { doorActionRoutes } from './door/door-actions.ts'
import { doorMessagesRoutes } from './door/door-messages.ts'
import { doorPageRoutes } from './door/door-page.ts'
import { doorQrRoutes } from './door/door-qr.ts'
import { doorsPageRoutes } from './doors.ts'
import { healthPageRoutes } from './health.ts'
import { keysPageRoutes } from './keys/keys-routes.ts'
import { logPageRoutes } from './log.ts'
import { logFileRoutes } from './log-file.ts'
import { mutesPageRoutes } from './mutes.ts'

/** The pages of the console. Whoever registers this has to guard it: it asks nobody who he is. */
export const consolePages: FastifyPluginAsync<Pick<PageOptions, 'deps' | 'refuse' | 'front'>> = async (
  app,
  options,
) => {
  const views = consoleViews(options.deps)
  // A stream that goes on would keep the listener from closing.
  app.addHook('preClose', async () => views.streams.close())

  app.get(CONSOLE.home, { config: { anyStaff: true } }, async (_request, reply) => reply.redirect(CONSOLE.doors, 303))
  const given = { deps: options.deps, refuse: options.refuse, front: options.front, views }
  await app.register(doorsPageRoutes, given)
  await app.register(keysPageRoutes, given)
  await app.register(doorPageRoutes, given)
  await app.register(doorActionRoutes, given)
  await app.register(doorQrRoutes, given)
  await app.register(doorMessagesRoutes, given)
  await app.register(alarmsPageRoutes, given)
  await app.register(mutesPageRoutes, given)
  await app.register(logPageRoutes, given)
  await app.register(logFileRoutes, given)
  await app.register(healthPageRoutes, given)
}
