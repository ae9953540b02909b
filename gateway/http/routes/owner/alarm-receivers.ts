import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { listReceivers, testReceivers } from '#domain/delivery/manage-receivers.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { line } from '#http/shapes/fields.ts'
import { receiverListingBody, testResultBody } from '#http/shapes/receiver-body.ts'

const test = z.strictObject({ to: line(100).optional() })
const config = { jsonOnly: true }

/** Who is told of alarms, and whether a message reaches them. */
export const alarmReceiverRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  app.addHook('onRequest', authenticateBy(options))

  app.get('/alarms/receivers', { config }, async () => ({
    receivers: (await listReceivers(deps.manageReceivers)).map(receiverListingBody),
  }))

  app.post('/alarms/test', { schema: { body: test }, config }, async (request, reply) => {
    const tested = await testReceivers({ to: request.body.to ?? null }, deps.manageReceivers)
    if (tested.kind === 'tested') return reply.send({ results: tested.results.map(testResultBody) })
    const known = tested.names.length === 0 ? 'there is none' : `there are ${tested.names.join(', ')}`
    return refuse(reply, {
      reason: 'invalid-request',
      details: [{ field: 'to', message: `is no receiver of alarms.notify: ${known}` }],
    })
  })
}
