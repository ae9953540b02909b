import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isTls } from '#http/request-scheme.ts'

/** The page, its script and its style come from here, and it asks this gateway alone. */
const REFERENCE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The document, and a page to read it and try it: all of it from here, nothing from anywhere else. */
export async function addReference(app: FastifyInstance, publicUrl: () => string | null): Promise<void> {
  const served = (request: FastifyRequest) => ({ ...app.swagger(), servers: serversFor(request, publicUrl()) })
  app.get('/openapi.json', { config: { jsonOnly: true } }, async (request) => served(request))
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: () => REFERENCE_CSP,
    transformSpecification: (_document, request) => served(request),
    transformSpecificationClone: false,
    // Its bar offers to load other documents, which the policy above forbids.
    theme: { title: 'Latchkey API', css: [{ filename: 'latchkey.css', content: '.swagger-ui .topbar{display:none}' }] },
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true, validatorUrl: null },
  })
}

/** The address that this document came from works for whoever reads it; the public one for everybody. */
function serversFor(request: FastifyRequest, publicUrl: string | null): { url: string }[] {
  const here = `${isTls(request) ? 'https' : 'http'}://${request.host}`
  return [...new Set([here, publicUrl ?? here])].map((url) => ({ url }))
}
