import type { FastifyInstance } from 'fastify'

/** Every route of an app that is ready, as `GET /locks/:id`; without the HEAD beside each GET. */
export function routesOf(app: FastifyInstance): readonly string[] {
  const found: string[] = []
  const path: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', rest = ''] = /^([\s│]*)(?:[├└]── )(.*)$/.exec(line) ?? []
    if (rest === '') continue
    const [, part = '', methods = ''] = /^(\S*)(?: \(([A-Z, ]+)\))?/.exec(rest) ?? []
    path.length = Math.round(indent.length / 4)
    path.push(part)
    const url = path.join('')
    for (const method of methods.split(', ').filter((each) => each !== '' && each !== 'HEAD')) {
      found.push(`${method} ${url}`)
    }
  }
  return [...new Set(found)].sort()
}
