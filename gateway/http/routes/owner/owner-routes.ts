import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { ManagementOptions } from '#http/routes/route-options.ts'
import { alarmFigureRoutes } from './alarm-figures.ts'
import { alarmReceiverRoutes } from './alarm-receivers.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { clockRoutes } from './clock.ts'
import { doorPictureRoutes } from './door-pictures.ts'
import { findOpeningRoutes } from './find-openings.ts'
import { importLockRoutes } from './import-locks.ts'
import { installationRoutes } from './installation.ts'
import { lockBoardRoutes } from './lock-boards.ts'
import { lockRecordRoutes } from './lock-records.ts'
import { lockRoutes } from './locks.ts'
import { settleOpeningRoutes } from './settle-openings.ts'
import { whyNotRoutes } from './why-not.ts'

/** What only whoever may open the data directory may ask: the command line on the appliance itself. */
export const ownerRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  await app.register(lockRoutes, options)
  await app.register(importLockRoutes, options)
  await app.register(lockBoardRoutes, options)
  await app.register(lockRecordRoutes, options)
  await app.register(doorPictureRoutes, options)
  await app.register(settleOpeningRoutes, options)
  await app.register(alarmFigureRoutes, options)
  await app.register(alarmReceiverRoutes, options)
  await app.register(apiKeyRoutes, options)
  await app.register(findOpeningRoutes, options)
  await app.register(installationRoutes, options)
  await app.register(clockRoutes, options)
  await app.register(whyNotRoutes, options)
}
