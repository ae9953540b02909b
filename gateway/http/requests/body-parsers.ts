import { parse as parseForm } from 'node:querystring'
import fastify, { type FastifyInstance } from 'fastify'

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** The start of a Content-Type that Fastify can read; parameters do not matter to us. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/
const { FST_ERR_CTP_INVALID_MEDIA_TYPE: ForeignType } = fastify.errorCodes

/**
 * Bodies as clients send them: JSON, a form, or nothing. An empty body is no body, whatever type or coding a client, a
 * library or a proxy gave it; one that is not empty must be of a type that we read.
 */
export function addBodyParsers(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, null)
    let text: string
    try {
      text = utf8.decode(body)
    } catch {
      return done(new NotUtf8())
    }
    return parseJson(request, text, done)
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body === '' ? null : parseForm(String(body))),
  )

  // Fastify refuses a type that it can't read before it looks whether there is a body.
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw
    const type = headers['content-type']
    if (type !== undefined && !MEDIA_TYPE.test(type)) delete headers['content-type']
    done()
  })
  // The first byte decides: nothing of a body that we don't read is kept.
  app.addContentTypeParser('*', (_request, body, done) => {
    const end = (error: Error | null): void => {
      body.off('data', onData).off('end', onEnd).off('error', onError)
      body.pause()
      done(error, error === null ? null : undefined)
    }
    const onData = (): void => end(new ForeignType())
    const onEnd = (): void => end(null)
    // The caller hung up: nobody is there to be told, and nothing of ours is at fault.
    const onError = (): void => end(new BrokenOff())
    body.on('data', onData).on('end', onEnd).on('error', onError)
  })
}

class BrokenOff extends Error {
  readonly statusCode = 400
}

class NotUtf8 extends Error {
  readonly statusCode = 400
}
