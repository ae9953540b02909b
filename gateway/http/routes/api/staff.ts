import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { STAFF_ROLES } from '#domain/access/roles.ts'
import { siteRefusal } from '#domain/access/sees-site.ts'
import { ACCESS_LASTS_MAX_MS, STAFF_MAX, STAFF_NAME_MAX } from '#domain/access/staff.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { cursorInQuery, instant, line, staffId, wholeNumberInQuery } from '#http/shapes/fields.ts'
import {
  codeAnswer,
  codeBody,
  staffAnswer,
  staffBody,
  staffEventAnswer,
  staffEventBody,
} from '#http/shapes/staff-body.ts'

const role = z.enum(STAFF_ROLES, { error: `must be one of ${STAFF_ROLES.join(', ')}` })
const about = { tag: 'Staff', scopes: ['staff:manage'] } as const
const oneOfThem = z.strictObject({ staff: staffAnswer })
const params = z.object({ staffId })
const reasons = ['staff-not-found', 'wrong-organization', 'not-owner'] as const
/** Of a route that is sent a body all the same. */
const withoutBody = [...reasons, 'body-too-large', 'unsupported-media-type', 'forbidden-origin'] as const

const list = documented(
  {},
  {
    ...{ ...about, operationId: 'listStaff', summary: 'List everybody with access to the console' },
    description: 'Those whose access has ended too, until they are removed. By name.',
    answers: { 200: z.strictObject({ staff: z.array(staffAnswer) }) },
    reasons: ['wrong-organization', 'not-owner'],
  },
)
const add = documented(
  { body: z.strictObject({ name: line(STAFF_NAME_MAX), role, until: instant.nullable().default(null) }) },
  {
    ...{ ...about, operationId: 'addStaff', summary: 'Give a person access to the console' },
    description:
      'Answers the access code, this once: only its hash is kept. Without `until`, access lasts 90 days. The name stands in the log behind everything that the person changes, and no two people have the same.',
    answers: { 201: codeAnswer },
    reasons: ['wrong-organization', 'not-owner'],
  },
)
const change = documented(
  {
    params,
    body: z
      .strictObject({ role: role.optional(), until: instant.optional() })
      .refine((body) => (body.role === undefined) !== (body.until === undefined), {
        error: 'give just one of role and until',
        path: ['role'],
      }),
  },
  {
    ...{ ...about, operationId: 'changeStaff', summary: 'Change a person’s role or the end of the access', reasons },
    description: 'Another role ends the person’s sessions at once: the next sign-in has it.',
    answers: { 200: oneOfThem },
  },
)
const newCode = documented(
  { params },
  {
    ...{ ...about, operationId: 'renewStaffCode', summary: 'Give a person a new access code' },
    description: 'Answers it this once. The code before it and every session are good no more.',
    answers: { 200: codeAnswer },
    reasons: withoutBody,
  },
)
const remove = documented(
  { params },
  {
    ...{ ...about, operationId: 'removeStaff', summary: 'Take a person’s access back' },
    description: 'The code and every session are good no more, at once. The name is free for another person.',
    answers: { 200: oneOfThem },
    reasons: withoutBody,
  },
)
const events = documented(
  { querystring: z.object({ limit: wholeNumberInQuery(1, 500).default(100), cursor: cursorInQuery.optional() }) },
  {
    ...{ ...about, operationId: 'listStaffEvents', summary: 'Read who gave whom which access, and who signed in' },
    description: 'Newest first.',
    answers: { 200: z.strictObject({ events: z.array(staffEventAnswer), nextCursor: z.string().nullable() }) },
    reasons: ['wrong-organization', 'not-owner'],
  },
)

/** People with access to the console. */
export const staffRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { members } = deps.staff
  const nowMs = () => deps.open.clock.nowMs()
  app.addHook('onRequest', authenticateBy(options))
  app.addHook('preValidation', async (request, reply) => {
    const reason = siteRefusal(principalOf(request), deps.site.organization)
    const message = 'The staff of a site are managed by its owner and the programs of its own organization.'
    return reason === null ? undefined : refuse(reply, { reason, message })
  })
  const wrong = (reply: FastifyReply, field: string, message: string) =>
    refuse(reply, { reason: 'invalid-request', details: [{ field, message }] })
  const withCode = (made: Parameters<typeof codeBody>[0]) => codeBody(made, deps.installation.staffEntry(), nowMs())

  app.get('/staff', list, async () => ({ staff: members.list().map((member) => staffBody(member, nowMs())) }))

  app.post('/staff', add, async (request, reply) => {
    const { until: untilMs, ...asked } = request.body
    const result = await members.add({ ...asked, untilMs }, principalOf(request))
    switch (result.kind) {
      case 'added':
        return reply.status(201).send(withCode(result))
      case 'name-taken':
        return wrong(reply, 'name', 'is somebody else’s: remove that person first, or add what tells the two apart')
      case 'too-many':
        return wrong(reply, 'name', `is one more than ${STAFF_MAX} people: remove those who need no access any more`)
      default:
        return wrong(reply, 'until', WRONG_UNTIL[result.kind])
    }
  })

  app.patch('/staff/:staffId', change, async (request, reply) => {
    const { role: newRole, until } = request.body
    const asked =
      newRole === undefined
        ? ({ kind: 'until', untilMs: until ?? 0 } as const)
        : ({ kind: 'role', role: newRole } as const)
    const result = await members.change(request.params.staffId, asked, principalOf(request))
    switch (result.kind) {
      case 'changed':
      case 'unchanged':
        return reply.send({ staff: staffBody(result.member, nowMs()) })
      case 'staff-not-found':
        return refuse(reply, { reason: result.kind })
      default:
        return wrong(reply, 'until', WRONG_UNTIL[result.kind])
    }
  })

  app.post('/staff/:staffId/code', newCode, async (request, reply) => {
    const result = await members.newCode(request.params.staffId, principalOf(request))
    return result.kind === 'changed' ? reply.send(withCode(result)) : refuse(reply, { reason: result.kind })
  })

  app.delete('/staff/:staffId', remove, async (request, reply) => {
    const result = await members.change(request.params.staffId, { kind: 'removed' }, principalOf(request))
    return result.kind === 'changed'
      ? reply.send({ staff: staffBody(result.member, nowMs()) })
      : refuse(reply, { reason: 'staff-not-found' })
  })

  app.get('/staff/events', events, async (request) => {
    const { limit, cursor } = request.query
    const beforeSeq = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
    const page = await deps.staff.events.staffEventsBefore({ beforeSeq, limit })
    const last = page.length === limit ? page.at(-1) : undefined
    return { events: page.map(staffEventBody), nextCursor: last === undefined ? null : String(last.seq) }
  })
}

const WRONG_UNTIL = {
  'until-over': 'is over already',
  'until-too-far': `must be within ${ACCESS_LASTS_MAX_MS / 86_400_000} days`,
} as const
