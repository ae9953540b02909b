import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { acknowledgeAlarm, muteAlarms, presentMutes, unmuteAlarms } from '#domain/alarms/manage-alarms.ts'
import { MUTE_MAX_MS, type MuteScope } from '#domain/alarms/mute.ts'
import { unreachable } from '#domain/unreachable.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, callerOf, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { alarmAnswer, alarmBody, muteAnswer, muteBody } from '#http/shapes/alarm-body.ts'
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
const muting = z.strictObject({ ...which, forS: z.int().min(60) }).refine(isOne, ONE)
const unmuting = z
  .strictObject({ ...which, all: z.literal(true).optional() })
  .refine((body) => (body.all === true) !== isOne(body), {
    path: ['lockId'],
    error: 'give just one of lockId, area, "site": true and "all": true',
  })

const acting = { tag: 'Alarms', scopes: ['alarms:write'] } as const
const acknowledge = documented(
  { params: z.object({ id: idInPath }), body: acknowledgement },
  {
    ...{ ...acting, operationId: 'acknowledgeAlarm', summary: 'Say who sees to an alarm, and how' },
    description:
      'Of an alarm that the caller may see. An occurrence ends by it; a condition goes on until its cause ends, and is not told again until it gets worse. `name` is the person, not the program. Once more replaces what was said before.',
    answers: { 200: z.strictObject({ alarm: alarmAnswer }) },
  },
)
const mutes = documented(
  {},
  {
    ...{ tag: 'Alarms', operationId: 'listMutes', summary: 'List what is muted now' },
    description:
      'Every mute that covers a lock that the caller may see. Who muted is shown with the scope `keys:read`.',
    answers: { 200: z.strictObject({ mutes: z.array(muteAnswer) }) },
    scopes: ['locks:read', 'audit:read'],
  },
)
const mute = documented(
  { body: muting },
  {
    ...{ ...acting, operationId: 'muteAlarms', summary: 'Call nobody while somebody works on doors' },
    description: `For ${MUTE_MAX_MS / 3_600_000} hours at most; it ends by itself. Alarms are raised and listed all the same, and two of them are never muted: \`lock-contested\` and \`lock-contradicts-itself\`. An area or the site may be muted by keys of the site’s own organization.`,
    answers: { 201: z.strictObject({ mute: muteAnswer }) },
    reasons: ['lock-not-found', 'not-owner', 'wrong-organization'],
  },
)
const unmute = documented(
  { body: unmuting },
  {
    ...{ ...acting, operationId: 'unmuteAlarms', summary: 'End a mute, or all of them' },
    description: 'Answers those that it ended.',
    answers: { 200: z.strictObject({ ended: z.array(muteAnswer) }) },
    reasons: ['lock-not-found', 'not-owner', 'wrong-organization'],
  },
)

/** What people do about alarms: they see to them, or mute doors that they work on. */
export const alarmChangeRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { manageAlarms } = deps
  app.addHook('onRequest', authenticateBy(options))

  app.post('/alarms/:id/acknowledge', acknowledge, async (request, reply) => {
    const { id } = request.params
    const { principal, scopes } = callerOf(request)
    const result = await acknowledgeAlarm({ id, ...request.body }, principal, manageAlarms)
    const wrong = (message: string) => refuse(reply, { reason: 'invalid-request', details: [{ field: 'id', message }] })
    switch (result.kind) {
      case 'acknowledged':
        return reply.send({ alarm: alarmBody(result.listed, scopes.has('keys:read')) })
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

  app.get('/alarms/mutes', mutes, async (request, reply) => {
    const { principal, scopes } = callerOf(request)
    const present = await presentMutes(principal, manageAlarms)
    return reply.send({ mutes: present.map((each) => muteBody(each, scopes.has('keys:read'))) })
  })

  app.post('/alarms/mutes', mute, async (request, reply) => {
    const { forS, ...doors } = request.body
    const scope = scopeOf(doors)
    if (scope === null) throw new Error('a mute of nothing was asked for')
    const result = await muteAlarms({ scope, forMs: forS * 1_000 }, principalOf(request), manageAlarms)
    const wrong = (field: string, message: string) =>
      refuse(reply, { reason: 'invalid-request', details: [{ field, message }] })
    switch (result.kind) {
      case 'muted':
        return reply.status(201).send({ mute: muteBody(result.mute, true) })
      case 'too-long':
        return wrong('forS', `must be at most ${MUTE_MAX_MS / 3_600_000} hours`)
      case 'area-not-found':
        return wrong('area', 'is the area of no lock')
      default:
        return refuse(reply, refusalOf(result.kind, scope))
    }
  })

  app.post('/alarms/unmute', unmute, async (request, reply) => {
    const { all: _, ...doors } = request.body
    const scope = scopeOf(doors)
    const { principal, scopes } = callerOf(request)
    const result = await unmuteAlarms(scope, principal, manageAlarms)
    if (result.kind !== 'unmuted') return refuse(reply, refusalOf(result.kind, scope))
    return reply.send({ ended: result.ended.map((each) => muteBody(each, scopes.has('keys:read'))) })
  })
}

function refusalOf(reason: 'lock-not-found' | 'not-owner' | 'wrong-organization', scope: MuteScope | null) {
  if (scope?.kind !== 'lock')
    return { reason, message: 'An area or the site is muted by its owner, and by programs of its own organization.' }
  return reason === 'lock-not-found' ? { reason, message: `There is no lock ${scope.lockId}.` } : { reason }
}

type Doors = Omit<z.infer<typeof unmuting>, 'all'>
function scopeOf({ lockId, area, site }: Doors): MuteScope | null {
  if (lockId !== undefined) return { kind: 'lock', lockId }
  if (area !== undefined) return { kind: 'area', area }
  return site === true ? { kind: 'site' } : null
}
