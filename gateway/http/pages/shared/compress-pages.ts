import '@fastify/accepts'
import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** A page is about 20 kB, most of it style and script; higher levels take twice the time for a twentieth less. */
const LEVEL = 4

/**
 * Pages are sent compressed, because they are read at doors with one bar of signal. Nothing else is: JSON is short, and a stream
 * must not wait. A page that holds a sign-in's one-time state is not either, because the length of a compressed answer tells of
 * what stands in it (BREACH).
 */
export function addPageCompression(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string' || !isPage(reply.getHeader('content-type'))) return done(null, payload)
    if (payload.includes('name="state"') || !takesGzip(request)) return done(null, payload)
    reply.header('Content-Encoding', 'gzip').removeHeader('Content-Length')
    gzip(payload, { level: LEVEL }, done)
  })
}

const isPage = (type: unknown): boolean => typeof type === 'string' && type.startsWith('text/html')

/** A request with a bad URL never becomes a whole one: it has no `accepts`. */
const takesGzip = (request: FastifyRequest): boolean =>
  typeof request.accepts === 'function' && request.accepts().encoding(['gzip', 'identity']) === 'gzip'
