import type { FastifyPluginAsync } from 'fastify'

/** The process answers. Whether doors can be opened is another question. */
export const healthRoutes: FastifyPluginAsync<{ version: string }> = async (app, { version }) => {
  app.get('/healthz', { config: { jsonOnly: true } }, async () => ({ status: 'ok', version }))
}
