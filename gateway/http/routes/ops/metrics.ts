import type { FastifyPluginAsync } from 'fastify'

/** As Prometheus asks for it. */
const TEXT_FORM = 'text/plain; version=0.0.4; charset=utf-8'

/** For Prometheus and what reads its form: counts and times alone, no series names a door, a key or a person. */
export const metricsRoutes: FastifyPluginAsync<{ metrics: () => Promise<string> }> = async (app, { metrics }) => {
  app.get('/metrics', { config: { jsonOnly: true } }, async (_request, reply) =>
    reply.type(TEXT_FORM).send(await metrics()),
  )
}
