import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { ManagementOptions } from '#http/routes/route-options.ts'
import { alarmChangeRoutes } from './alarm-changes.ts'
import { alarmListRoutes } from './alarm-list.ts'
import { eventFeedRoutes } from './event-feed.ts'
import { lockCommandRoutes } from './lock-commands.ts'
import { lockDirectoryRoutes } from './lock-directory.ts'
import { lockEventRoutes } from './lock-events.ts'
import { lockTempKeyRoutes } from './lock-temp-keys.ts'
import { openWithoutKeyRoutes } from './open-without-key.ts'
import { siteTempKeyRoutes } from './site-temp-keys.ts'
import { staffRoutes } from './staff.ts'
import { unsupportedRoutes } from './unsupported.ts'

/** What programs and users with a credential may ask of the locks that are theirs. */
export const apiRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  await app.register(lockDirectoryRoutes, options)
  await app.register(lockCommandRoutes, options)
  await app.register(lockEventRoutes, options)
  await app.register(eventFeedRoutes, options)
  await app.register(alarmListRoutes, options)
  await app.register(alarmChangeRoutes, options)
  await app.register(lockTempKeyRoutes, options)
  await app.register(siteTempKeyRoutes, options)
  await app.register(openWithoutKeyRoutes, options)
  await app.register(staffRoutes, options)
  await app.register(unsupportedRoutes, options)
}
