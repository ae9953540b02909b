import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'

/** What the owner's own programs ask about this installation. None of it is for guests, and none of it is a secret that opens a door. */
export const installationRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { installation, open } = options.deps
  app.addHook('onRequest', authenticateBy(options))

  /** For an external broker's password file: hashes of 192 random bits. */
  app.get('/broker-users', { config }, async () => ({
    users: open.locks
      .list()
      .flatMap(({ lockId, mqttPasswordHash, retiredAtMs }) =>
        mqttPasswordHash === null || retiredAtMs !== null ? [] : [{ lockId, passwordHash: mqttPasswordHash }],
      ),
  }))

  app.get('/gateway-public-key', { config }, async () => {
    const { pem, jwk, hex } = installation.gatewayPublicKey
    return { publicKeyPem: pem, jwk, hex }
  })

  app.get('/public-url', { config }, async () => ({ publicUrl: installation.publicUrl() }))
}

const config = { jsonOnly: true }
