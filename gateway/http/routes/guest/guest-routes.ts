import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { RouteOptions } from '#http/routes/route-options.ts'
import { openByKeyRoutes } from './open-by-key.ts'
import { openingRoutes } from './openings.ts'
import { tempKeyRoutes } from './temp-key.ts'

/** What whoever holds a key may ask: no name is needed but where the key wants one. */
export const guestRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  await app.register(tempKeyRoutes, options)
  await app.register(openByKeyRoutes, options)
  await app.register(openingRoutes, options)
}
