import type { FastifyInstance, FastifySchema } from 'fastify'

export interface DocumentedRoute {
  readonly method: string
  /** As the document writes it: `/locks/{id}`. */
  readonly path: string
  readonly schema: FastifySchema
}

/**
 * The routes that the document tells of, in the order in which they are added: those with a tag. The owner's and the
 * reference's own have none. Call before the routes are added; the list grows with them.
 */
export function collectDocumentedRoutes(app: FastifyInstance): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = []
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema === undefined || !('tags' in schema)) return
    for (const each of [method].flat()) {
      if (each !== 'HEAD') routes.push({ method: each, path: url.replace(/:(\w+)/g, '{$1}'), schema })
    }
  })
  return routes
}
