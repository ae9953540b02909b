import { setImmediate as nextTurn } from 'node:timers/promises'
import { TAGS } from '#http/contract/route-docs.ts'
import type { DocumentedRoute } from './documented-routes.ts'
import { operationOf } from './operation.ts'

/** Of each group of operations, one sentence. */
const TAG_WORDS = {
  Opening: 'Open a door, and hear what became of it.',
  'Temp keys': 'Create, change, list and revoke keys.',
  Locks: 'The locks that the caller may see and command.',
  Alarms: 'What somebody has to see to.',
  Events: 'What happened, per lock and over all of them.',
  Staff: 'Who has access to the console.',
  'Signing in': 'Browsers of people whom a key names.',
  Health: 'Whether the gateway is up, and ready to open doors.',
} as const satisfies Record<(typeof TAGS)[number], string>

const ABOUT = `Temp keys open real doors. A success is told only after the lock has **signed** that it opened.

**503** says that nothing was sent and no use is spent; **504** \`unconfirmed\` that nobody knows yet. Every error has one shape,
with a stable \`reason\`. Timestamps are ISO 8601 in UTC with \`Z\`.`

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of a user, or of a service that names its organization.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A key of an organization, made with `latchkey api-key create`.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'latchkey-session',
    description: 'A browser that signed in; it counts on the guest’s routes alone.',
  },
}

/**
 * The OpenAPI 3.1 document of these routes, as JSON: out of the schemas that the routes themselves are checked with. It
 * is made and written operation by operation, each in turns of the event loop of its own.
 */
export async function openApiJson(
  routes: readonly DocumentedRoute[],
  { version, publicUrl }: { version: string; publicUrl: string | null },
): Promise<Buffer> {
  const ofPath = new Map<string, string[]>()
  for (const route of routes) {
    const operation = await operationOf(route)
    await nextTurn()
    const written = `${JSON.stringify(route.method.toLowerCase())}:${JSON.stringify(operation)}`
    ofPath.set(route.path, [...(ofPath.get(route.path) ?? []), written])
  }
  const head = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Latchkey', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    // Where the document came from works for whoever reads it there; the public address for everybody.
    servers: ['/', ...(publicUrl === null ? [] : [publicUrl])].map((url) => ({ url })),
    tags: TAGS.map((name) => ({ name, description: TAG_WORDS[name] })),
    components: { securitySchemes: SECURITY_SCHEMES },
  })
  const pieces = [Buffer.from(`${head.slice(0, -1)},"paths":{`)]
  for (const [path, operations] of ofPath) {
    await nextTurn()
    const comma = pieces.length === 1 ? '' : ','
    pieces.push(Buffer.from(`${comma}${JSON.stringify(path)}:{${operations.join(',')}}`))
  }
  pieces.push(Buffer.from('}}'))
  return Buffer.concat(pieces)
}
