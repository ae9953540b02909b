import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { acknowledgeAlarm, muteAlarms, presentMutes, unmuteAlarms } from '#domain/alarms/manage-alarms.ts'
import { MUTE_MAX_MS, type MuteScope } from '#domain/alarms/mute.ts'
import { unreachable } from '#domain/unreachable.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { alarmBody, muteBody } from '#http/shapes/alarm-body.ts'
import { line, lockIdInBody } from '#http/shapes/fields.ts'

const idInPath = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: 'must be the number of an alarm' })
  .transform(Number)
const acknowledgement = z.strictObject({ name: line(100), word: line(200) })

const which = { lockId: lockIdInBody.optional(), area: line(100).optional(), site: z.literal(true).optional() }
const isOne = ({ lockId, area, site }: { lockId?: unknown; area?: unknown; site?: unknown }): boolean =>
  [lockId, area, site].filter((value) => value !== undefined).length === 1
const ONE = { path: ['lockId'], error: 'give just one of lockId, area and "site": true' }
const mute = z.strictObject({ ...which, forS: z.int().min(60) }).refine(isOne, ONE)
const unmute = z
  .strictObject({ ...which, all: z.literal(true).optional() })
  .refine((body) => (body.all === true) !== isOne(body), {
    path: ['lockId'],
    error: 'give just one of lockId, area, "site": true and "all": true',
  })

/** What people do about alarms: they see to them, or mute doors that they work on. */
export const alarmRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { manageAlarms } = deps
  app.addHook('onRequest', authenticateBy(options))

  const acknowledging = { schema: { params: z.object({ id: idInPath }), body: acknowledgement }, config }
  app.post('/alarms/:id/acknowledge', acknowledging, async (request, reply) => {
    const { id } = request.params
    const result = await acknowledgeAlarm({ id, ...request.body }, principalOf(request), manageAlarms)
    const wrong = (message: string) => refuse(reply, { reason: 'invalid-request', details: [{ field: 'id', message }] })
    switch (result.kind) {
      case 'acknowledged':
        return reply.send({ alarm: alarmBody(result.listed, true) })
      case 'over':
        return wrong('is of an alarm that has ended already')
      case 'changed':
        return wrong('has changed in the meantime')
      case 'alarm-not-found':
        return wrong('is no alarm of this site')
      default:
        return unreachable(result)
    }
  })

  app.get('/alarms/figures', { config }, () => deps.alarmFigures())

  app.get('/alarms/mutes', { config }, async () => ({ mutes: (await presentMutes(manageAlarms)).map(muteBody) }))

  app.post('/alarms/mutes', { schema: { body: mute }, config }, async (request, reply) => {
    const { forS, ...doors } = request.body
    const scope = scopeOf(doors)
    if (scope === null) throw new Error('a mute of nothing was asked for')
    const result = await muteAlarms({ scope, forMs: forS * 1_000 }, principalOf(request), manageAlarms)
    const wrong = (field: string, message: string) =>
      refuse(reply, { reason: 'invalid-request', details: [{ field, message }] })
    switch (result.kind) {
      case 'muted':
        return reply.status(201).send({ mute: muteBody(result.mute) })
      case 'too-long':
        return wrong('forS', `must be at most ${MUTE_MAX_MS / 3_600_000} hours`)
      case 'area-not-found':
        return wrong('area', 'is the area of no lock')
      case 'lock-not-found':
        return refuse(reply, { reason: 'lock-not-found', message: `There is no lock ${doors.lockId}.` })
      default:
        return unreachable(result)
    }
  })

  app.post('/alarms/unmute', { schema: { body: unmute }, config }, async (request) => {
    const { all: _, ...doors } = request.body
    return { ended: (await unmuteAlarms(scopeOf(doors), principalOf(request), manageAlarms)).map(muteBody) }
  })
}

const config = { jsonOnly: true }

type Doors = Omit<z.infer<typeof unmute>, 'all'>
function scopeOf({ lockId, area, site }: Doors): MuteScope | null {
  if (lockId !== undefined) return { kind: 'lock', lockId }
  if (area !== undefined) return { kind: 'area', area }
  return site === true ? { kind: 'site' } : null
}
