import type { FastifyPluginAsync } from 'fastify'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'

/** How often people were called, and by which doors. */
export const alarmFigureRoutes: FastifyPluginAsync<ManagementOptions> = async (app, options) => {
  app.addHook('onRequest', authenticateBy(options))
  app.get('/alarms/figures', { config: { jsonOnly: true } }, () => options.deps.alarmFigures())
}
