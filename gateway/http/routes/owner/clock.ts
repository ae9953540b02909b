import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { changeInTime } from '#domain/time/change-in-time.ts'
import { judgeClock } from '#domain/time/clock.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { instant } from '#http/shapes/fields.ts'

/** A watch is read, a command is typed: more than this apart, somebody reads another time than the gateway has. */
const APART_MAX_MS = 2 * 60_000

const confirmation = z.strictObject({ now: instant })

/** What the gateway takes for the time, and a person's word that it is right. */
export const clockRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { refuse } = options
  const { store, clock, clockTrust, log } = options.deps.open
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

  /** The time that the person reads from a watch has to be named: a habit of confirming would confirm anything. */
  app.post('/clock/confirm', { schema: { body: confirmation }, config }, async (request, reply) => {
    const nowMs = clock.nowMs()
    const wrong = (message: string) =>
      refuse(reply, { reason: 'invalid-request', details: [{ field: 'now', message }] })
    if (Math.abs(request.body.now - nowMs) > APART_MAX_MS) {
      return wrong(`is not the gateway's time, ${new Date(nowMs).toISOString()}: set the appliance's clock first`)
    }
    if (nowMs < clockTrust.releasedAtMs) return wrong("is before this release: set the appliance's clock first")
    log.warn({ lastStoredMs: clockTrust.lastStoredMs(), nowMs }, 'clock confirmed by a person')
    await changeInTime(store.confirmClock(principalOf(request), nowMs), clock)
    return reply.send(body())
  })
}

const config = { jsonOnly: true }
