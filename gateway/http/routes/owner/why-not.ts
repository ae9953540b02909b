import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { type WhyNot, whyNot } from '#domain/openings/why-not.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { lockIdInPath, tempKeyUuid } from '#http/shapes/fields.ts'

const config = { jsonOnly: true }
const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString())

/** Why a door does not open now, for whoever is asked by a guest. */
export const whyNotRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  app.addHook('onRequest', authenticateBy(options))

  app.get('/locks/:id/why', { schema: { params: z.object({ id: lockIdInPath }) }, config }, async (request, reply) => {
    const found = whyNot(request.params.id, null, deps.open)
    return found === null ? refuse(reply, { reason: 'lock-not-found' }) : reply.send(body(found))
  })

  app.get(
    '/temp-keys/:uuid/why',
    { schema: { params: z.object({ uuid: tempKeyUuid }) }, config },
    async (request, reply) => {
      const key = await deps.store.findTempKey(request.params.uuid)
      const found = key === null ? null : whyNot(key.lockId, key, deps.open)
      return found === null ? refuse(reply, { reason: 'key-not-found' }) : reply.send(body(found))
    },
  )
}

const body = ({ rules, changesAtMs, ...rest }: WhyNot) => ({
  ...rest,
  rules: rules.map(({ atMs, ...verdict }) => ({ ...verdict, at: iso(atMs) })),
  changesAt: iso(changesAtMs),
})
