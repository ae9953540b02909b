import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from '@fastify/type-provider-zod'
import type { FastifyInstance } from 'fastify'
import { TAGS } from '#http/route-docs.ts'
import { completeDocument } from './complete-document.ts'

/** Of each group of operations, one sentence. */
const TAG_WORDS = {
  Opening: 'Open a door, and hear what became of it.',
  'Temp keys': 'Create, change, list and revoke keys.',
  Locks: 'The locks that the caller may see and command.',
  Events: 'What happened, per lock and over all of them.',
  'Signing in': 'Browsers of people whom a key names.',
  Health: 'Whether the gateway is up, and ready to open doors.',
} as const satisfies Record<(typeof TAGS)[number], string>

const ABOUT = `Temp keys open real doors. A success is told only after the lock has **signed** that it opened.

**503** says that nothing was sent and no use is spent; **504** \`unconfirmed\` that nobody knows yet. Every error has one shape,
with a stable \`reason\`. Timestamps are ISO 8601 in UTC with \`Z\`.`

/**
 * OpenAPI 3.1 out of the schemas that the routes themselves are checked with. Must be registered before the routes.
 * Routes without a tag (the owner's, the reference's own) are not in it.
 */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchkey',
        version,
        description: ABOUT,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: TAGS.map((name) => ({ name, description: TAG_WORDS[name] })),
      components: {
        securitySchemes: {
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
        },
      },
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
    transformObject: (document) => ('openapiObject' in document ? completeDocument(document.openapiObject) : {}),
  })
}
