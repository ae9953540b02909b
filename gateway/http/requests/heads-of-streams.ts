import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/**
 * Whoever asks for the head alone reads no stream. Fastify would read it in his stead, to nobody and to its end: a file of the
 * whole log, or an hour of what happens, and the place that others wait for is taken as long.
 */
export function endStreamsOfHeads(app: FastifyInstance): void {
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (request.method !== 'HEAD' || !(payload instanceof Readable)) return done()
    payload.destroy()
    // Still a stream, so that no length is told.
    done(null, Readable.from([]))
  })
}
