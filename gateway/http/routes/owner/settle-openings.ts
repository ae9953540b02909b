import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { decideOpening } from '#domain/openings/decide-opening.ts'
import { isFinal } from '#domain/openings/opening.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { line, openingId, wholeNumberInQuery } from '#http/shapes/fields.ts'
import { openingBodyWithWords } from '#http/shapes/opening-body.ts'

const listQuery = z.object({
  state: z.literal('unconfirmed', { error: 'must be unconfirmed' }),
  limit: wholeNumberInQuery(1, 1_000).default(100),
})
const decision = z.strictObject({ as: z.enum(['charged', 'released']), reason: line(200) })

/** Lists unconfirmed openings, and stores an operator's decision on one. */
export const settleOpeningRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.get('/openings', { schema: { querystring: listQuery }, config }, async (request) => {
    const unsettled = await store.unsettledOpenings(request.query.limit)
    return { openings: unsettled.map(openingBodyWithWords) }
  })

  const schema = { params: z.object({ openingId }), body: decision }
  app.post('/openings/:openingId/settle', { schema, config }, async (request, reply) => {
    const { as: state, reason } = request.body
    const decision = { openingId: request.params.openingId, state, reason }
    const result = await decideOpening(decision, principalOf(request), deps.open)
    if (result.kind === 'not-found') return refuse(reply, { reason: 'opening-not-found' })
    const { opening } = result
    if (result.kind === 'not-unconfirmed') {
      const message = isFinal(opening.state) ? `is ${opening.state} already` : `is ${opening.state}, not unconfirmed`
      return refuse(reply, { reason: 'invalid-request', details: [{ field: 'openingId', message }] })
    }
    return reply.send(openingBodyWithWords(opening))
  })
}

const config = { jsonOnly: true }
