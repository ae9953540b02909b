import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { judgeClock } from '#domain/time/clock.ts'
import { confirmClock } from '#domain/time/confirm-clock.ts'
import { unreachable } from '#domain/unreachable.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { instant } from '#http/shapes/fields.ts'

const confirmation = z.strictObject({ now: instant })

/** What the gateway takes for the time, and a person's word that it is right. */
export const clockRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { refuse } = options
  const { clock, clockTrust } = options.deps.open
  app.addHook('onRequest', authenticateBy(options))

  const body = () => {
    const nowMs = clock.nowMs()
    const lastStoredMs = clockTrust.lastStoredMs()
    return {
      now: new Date(nowMs).toISOString(),
      lastStored: lastStoredMs === 0 ? null : new Date(lastStoredMs).toISOString(),
      releasedAt: new Date(clockTrust.releasedAtMs).toISOString(),
      verdict: judgeClock(nowMs, clockTrust),
    }
  }
  app.get('/clock', { config }, async () => body())

  app.post('/clock/confirm', { schema: { body: confirmation }, config }, async (request, reply) => {
    const { store, open } = options.deps
    const result = await confirmClock(request.body.now, principalOf(request), { ...open, store })
    const wrong = (message: string) =>
      refuse(reply, { reason: 'invalid-request', details: [{ field: 'now', message }] })
    switch (result.kind) {
      case 'confirmed':
        return reply.send(body())
      case 'other-time':
        return wrong(
          `is not the gateway's time, ${new Date(result.nowMs).toISOString()}: set the appliance's clock first`,
        )
      case 'before-release':
        return wrong("is before this release: set the appliance's clock first")
      default:
        return unreachable(result)
    }
  })
}

const config = { jsonOnly: true }
