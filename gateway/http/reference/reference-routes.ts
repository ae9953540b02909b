import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Refuse } from '#http/contract/refuse.ts'
import type { RateLimits } from '#http/limits/rate-limits.ts'
import type { DocumentedRoute } from './documented-routes.ts'
import { openApiJson } from './openapi.ts'
import { REFERENCE_FILES, referenceFile, referencePage } from './reference-page.ts'
import { type StoredFile, sendStored, storedFile } from './stored-file.ts'
import { Transfers } from './transfers.ts'

/** The page, its script and its style come from here, and it asks this gateway alone. */
const REFERENCE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI sets widths as attributes.
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The links to these name the version. */
const KEPT_FOR_A_DAY = 'public, max-age=86400'
/** Kept, and asked for again each time: usually that costs no more than a 304. */
const ASKED_AGAIN = 'no-cache'

interface ReferenceDeps {
  readonly routes: readonly DocumentedRoute[]
  readonly version: string
  publicUrl(): string | null
  readonly refuse: Refuse
  readonly limits: RateLimits
}

/** The document, and a page to read it and try it: all of it from here, nothing from anywhere else. */
export async function addReference(app: FastifyInstance, deps: ReferenceDeps): Promise<void> {
  const { routes, version, publicUrl, refuse, limits } = deps
  let document: Promise<StoredFile> | null = null
  const makeDocument = async () =>
    await storedFile('application/json', await openApiJson(routes, { version, publicUrl: publicUrl() }))
  const page = storedFile('text/html; charset=utf-8', Buffer.from(referencePage(encodeURIComponent(version))))

  // Nobody needs it to open a door: whoever asks for it again and again waits.
  const limit = async (request: FastifyRequest, reply: FastifyReply) => {
    const retryAfterS = await limits.reference(request)
    return retryAfterS === null ? undefined : refuse(reply, { reason: 'rate-limited', retryAfterS })
  }
  const route = { config: { jsonOnly: true }, onRequest: limit }

  const transfers = new Transfers()
  const send = (reply: FastifyReply, file: StoredFile, cacheControl: string) =>
    sendStored(reply, file, { cacheControl, transfers }) ?? refuse(reply, { reason: 'overloaded' })

  app.get('/openapi.json', route, async (_request, reply) => {
    document ??= makeDocument()
    return send(reply, await document, ASKED_AGAIN)
  })
  app.get('/docs', route, async (_request, reply) => {
    reply.header('Content-Security-Policy', REFERENCE_CSP)
    return send(reply, await page, ASKED_AGAIN)
  })
  for (const name of REFERENCE_FILES) {
    app.get(`/docs/static/${name}`, route, async (_request, reply) => {
      return send(reply, await referenceFile(name), KEPT_FOR_A_DAY)
    })
  }
}
