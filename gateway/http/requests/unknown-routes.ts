import type { FastifyInstance } from 'fastify'
import type { Refuse } from '#http/contract/refuse.ts'

/** Below these a 404 would read as "key gone" to a client of the vendor's API. */
const VENDOR_FOLDERS: ReadonlySet<string> = new Set(['temp-keys', 'collective-temp-keys', 'locks'])

/** Says of each request without a route what is wrong with it: its method, its path, or that we do not serve it. */
export function addUnknownRoutes(app: FastifyInstance, refuse: Refuse): void {
  const paths = new Map<string, { segments: readonly string[]; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { segments: segmentsOf(url), methods: new Set() }
    for (const each of Array.isArray(method) ? method : [method]) known.methods.add(each)
    paths.set(url, known)
  })

  // Before the body is read: nothing can be wrong with the body of a request that goes nowhere.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    const segments = segmentsOf(request.raw.url ?? '')
    for (const known of paths.values()) {
      if (fits(known.segments, segments)) {
        return refuse(reply, { reason: 'method-not-allowed', allow: [...known.methods].sort() })
      }
    }
    return refuse(reply, { reason: VENDOR_FOLDERS.has(segments[0] ?? '') ? 'not-supported' : 'route-not-found' })
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, { reason: 'route-not-found' }))
}

/** One slash at the end changes nothing, as in the router. */
const segmentsOf = (url: string): readonly string[] =>
  (url.split(/[?#]/, 1)[0] ?? '').replace(/^\//, '').replace(/\/$/, '').split('/')

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
