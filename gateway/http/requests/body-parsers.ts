import formbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bodies as clients send them: JSON, a form, nothing, or nothing that calls itself JSON. */
export async function addBodyParsers(app: FastifyInstance): Promise<void> {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Real clients post to the open route with a JSON content type and no body.
    if (body.length === 0) return done(null, null)
    let text: string
    try {
      text = utf8.decode(body)
    } catch {
      return done(new NotUtf8())
    }
    return parseJson(request, text, done)
  })
  await app.register(formbody)
}

class NotUtf8 extends Error {
  readonly statusCode = 400
}
