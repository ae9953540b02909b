import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { documented } from '#http/contract/route-docs.ts'
import { wantsEventStream } from '#http/requests/preference.ts'
import { limitGuests, type RouteOptions } from '#http/routes/route-options.ts'
import { openingId } from '#http/shapes/fields.ts'
import { openingAnswer, openingBody } from '#http/shapes/opening-body.ts'
import { OpeningStreams } from '#http/streams/opening-streams.ts'

const shown = documented(
  { params: z.object({ openingId }) },
  {
    operationId: 'getOpening',
    summary: 'Tell what became of an opening',
    description:
      'For whoever holds its id. With `Accept: text/event-stream` each new state is an event, and the stream ends with the final one; 204 says that nothing more will come.',
    tag: 'Opening',
    answers: { 200: openingAnswer, 204: z.null() },
    reasons: ['opening-not-found', 'overloaded'],
    also: 'stream',
  },
)

/** What became of an opening, for whoever holds its id: once, or as a stream until it is final. */
export const openingRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { deps, refuse } = options
  app.addHook('preHandler', limitGuests(options, 'looks'))
  const streams = new OpeningStreams(deps.open)
  // A stream that waits for a lock would keep the listener from closing.
  app.addHook('preClose', async () => streams.close())

  app.get('/openings/:openingId', shown, async (request, reply) => {
    const id = request.params.openingId
    if (!wantsEventStream(request)) {
      const opening = await deps.open.store.findOpening(id)
      return opening === null ? refuse(reply, { reason: 'opening-not-found' }) : reply.send(openingBody(opening))
    }
    const lastEventId = request.headers['last-event-id']
    const stream = await streams.open(id, {
      lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
      ip: request.ip,
    })
    switch (stream) {
      case 'not-found':
        return refuse(reply, { reason: 'opening-not-found' })
      case 'too-many':
        return refuse(reply, { reason: 'overloaded' })
      case 'nothing-more':
        // Stops an EventSource, which otherwise asks again for ever.
        return reply.status(204).send()
      default:
        return reply.type('text/event-stream').header('X-Accel-Buffering', 'no').send(stream)
    }
  })
}
