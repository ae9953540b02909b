import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import type { ApiKey } from '#domain/access/api-key.ts'
import { SCOPES } from '#domain/access/caller.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { apiKeyId, instant, line, organization } from '#http/shapes/fields.ts'

const newApiKey = z.strictObject({
  organization,
  name: line(100),
  scopes: z
    .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` }))
    .min(1)
    .max(SCOPES.length)
    .transform((scopes) => [...new Set(scopes)]),
  expiresAt: instant.nullable().default(null),
})
const params = z.object({ id: apiKeyId })

/** The API keys of the site. On the owner's listener alone: no credential can make another one. */
export const apiKeyRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  app.addHook('onRequest', authenticateBy(options))

  app.get('/api-keys', { config }, async () => ({ apiKeys: deps.apiKeys.list().map(apiKeyBody) }))

  app.post('/api-keys', { schema: { body: newApiKey }, config }, async (request, reply) => {
    const { expiresAt: expiresAtMs, ...asked } = request.body
    if (expiresAtMs !== null && expiresAtMs <= deps.open.clock.nowMs()) {
      return refuse(reply, { reason: 'invalid-request', details: [{ field: 'expiresAt', message: 'is over already' }] })
    }
    const { key, apiKey } = await deps.apiKeys.create({ ...asked, expiresAtMs })
    return reply.status(201).send({ apiKey, ...apiKeyBody(key) })
  })

  app.delete('/api-keys/:id', { schema: { params }, config }, async (request, reply) => {
    const result = await deps.apiKeys.revoke(request.params.id)
    if (result.kind === 'not-found') {
      return refuse(reply, {
        reason: 'invalid-request',
        details: [{ field: 'id', message: 'is no API key of this site' }],
      })
    }
    return reply.send({ ...apiKeyBody(result.key), alreadyRevoked: result.kind === 'already-revoked' })
  })
}

const config = { jsonOnly: true }

const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString())

/** Never the secret nor its hash. */
const apiKeyBody = (key: ApiKey) => ({
  id: key.id,
  organization: key.organization,
  name: key.name,
  scopes: key.scopes,
  createdAt: new Date(key.createdAtMs).toISOString(),
  expiresAt: isoOrNull(key.expiresAtMs),
  revokedAt: isoOrNull(key.revokedAtMs),
  lastUsedAt: isoOrNull(key.lastUsedAtMs),
})
