import type { FastifyPluginAsync } from 'fastify'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { keyCardsRoutes } from './key-cards.ts'
import { keyListRoutes } from './key-list.ts'
import { newKeyRoutes } from './new-key.ts'
import { oneKeyRoutes } from './one-key.ts'
import { revokeKeysRoutes } from './revoke-keys.ts'

/** The keys of all doors, for whoever may read or make them. */
export const keysPageRoutes: FastifyPluginAsync<PageOptions> = async (app, options) => {
  await app.register(keyListRoutes, options)
  await app.register(newKeyRoutes, options)
  await app.register(revokeKeysRoutes, options)
  await app.register(keyCardsRoutes, options)
  await app.register(oneKeyRoutes, options)
}
