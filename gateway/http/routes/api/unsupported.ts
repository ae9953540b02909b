import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { documented } from '#http/contract/route-docs.ts'
import type { RouteOptions } from '#http/routes/route-options.ts'

const useTempKey = documented(
  {},
  {
    operationId: 'useTempKey',
    summary: 'Not served: a use is spent only by an opening',
    tag: 'Temp keys',
    answers: {},
    reasons: ['not-supported', 'body-too-large', 'unsupported-media-type', 'forbidden-origin'],
  },
)

/** What the vendor's system has for itself, and clients might ask for. */
export const unsupportedRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { refuse }) => {
  app.post('/locks/:id/use-temp-key', useTempKey, (_request, reply) => refuse(reply, { reason: 'not-supported' }))
}
