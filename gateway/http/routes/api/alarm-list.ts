import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { listAlarms } from '#domain/alarms/manage-alarms.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, callerOf, type ManagementOptions } from '#http/routes/route-options.ts'
import { alarmAnswer, alarmBody } from '#http/shapes/alarm-body.ts'
import { cursorInQuery, wholeNumberInQuery } from '#http/shapes/fields.ts'

const list = documented(
  {
    querystring: z.object({
      past: z.enum(['true', 'false']).default('false'),
      limit: wholeNumberInQuery(1, 500).default(100),
      cursor: cursorInQuery.optional(),
    }),
  },
  {
    operationId: 'listAlarms',
    summary: 'List the alarms of the locks that the caller may see',
    description:
      'Newest first; those that stand, and with `past=true` those that have ended too. Alarms of the site itself (`lockId` null) are shown to keys of the site’s own organization. A page may hold fewer than `limit` and still have a `nextCursor`. Who acknowledged an alarm, and in which words, is shown with the scope `keys:read`.',
    tag: 'Alarms',
    answers: { 200: z.strictObject({ alarms: z.array(alarmAnswer), nextCursor: z.string().nullable() }) },
    scopes: ['locks:read', 'audit:read'],
  },
)

/** What somebody has to see to. */
export const alarmListRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { manageAlarms } = options.deps
  app.addHook('onRequest', authenticateBy(options))

  app.get('/alarms', list, async (request, reply) => {
    const { limit, cursor, past } = request.query
    const { principal, scopes } = callerOf(request)
    const asked = { beforeId: cursor === undefined ? null : Number(cursor), limit, includePast: past === 'true' }
    const { alarms, nextBeforeId } = await listAlarms(asked, principal, manageAlarms)
    const seesPeople = scopes.has('keys:read')
    return reply.send({
      alarms: alarms.map((alarm) => alarmBody(alarm, seesPeople)),
      nextCursor: nextBeforeId === null ? null : String(nextBeforeId),
    })
  })
}
