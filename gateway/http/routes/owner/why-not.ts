import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { isSoSinceMs } from '#domain/alarms/alarm.ts'
import { type AtTheDoor, atTheDoor } from '#domain/openings/at-the-door.ts'
import { type WhyNot, whyNot } from '#domain/openings/why-not.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { lockIdInPath, tempKeyUuid } from '#http/shapes/fields.ts'
import { openingBody } from '#http/shapes/opening-body.ts'

const config = { jsonOnly: true }
const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString())

/** Why a door does not open now, for whoever is asked by a guest. */
export const whyNotRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  app.addHook('onRequest', authenticateBy(options))

  app.get('/locks/:id/why', { schema: { params: z.object({ id: lockIdInPath }) }, config }, async (request, reply) => {
    const found = whyNot(request.params.id, null, deps.open)
    return found === null ? refuse(reply, { reason: 'lock-not-found' }) : reply.send(await told(found))
  })

  app.get(
    '/temp-keys/:uuid/why',
    { schema: { params: z.object({ uuid: tempKeyUuid }) }, config },
    async (request, reply) => {
      const key = await deps.store.findTempKey(request.params.uuid)
      const found = key === null ? null : whyNot(key.lockId, key, deps.open)
      return found === null ? refuse(reply, { reason: 'key-not-found' }) : reply.send(await told(found))
    },
  )

  const told = async (found: WhyNot) => {
    const { store, alarms } = deps.manageAlarms
    return body(found, await atTheDoor(found.lockId, { store: deps.store, standing: store, alarms }))
  }
}

const body = ({ rules, changesAtMs, ...rest }: WhyNot, { lastOpening, alarms }: AtTheDoor) => ({
  ...rest,
  rules: rules.map(({ atMs, ...verdict }) => ({ ...verdict, at: iso(atMs) })),
  changesAt: iso(changesAtMs),
  lastOpening: lastOpening === null ? null : openingBody(lastOpening),
  alarms: alarms.map((alarm) => ({
    ...{ kind: alarm.kind, severity: alarm.severity, advice: alarm.advice, since: iso(isSoSinceMs(alarm)) },
  })),
})
