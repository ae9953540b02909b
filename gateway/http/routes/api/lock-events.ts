import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { lockFor, OF_LOCK } from '#http/auth/lock-access.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, callerOf, type ManagementOptions } from '#http/routes/route-options.ts'
import { lockIdInPath, wholeNumberInQuery } from '#http/shapes/fields.ts'
import { lockEventAnswer, lockEventBody } from '#http/shapes/lock-event-body.ts'

/** As in the vendor's API: its clients count on it. */
const PAGE_SIZE = 10

const history = documented(
  {
    params: z.object({ id: lockIdInPath }),
    querystring: z.object({ page: wholeNumberInQuery(1, 999_999_999).optional() }),
  },
  {
    operationId: 'listLockEvents',
    summary: 'Page through what happened to a lock',
    description: 'Ten events a page, oldest first; page 1 is the oldest, and without `page` the newest is shown.',
    tag: 'Events',
    answers: {
      200: z.strictObject({
        aggregateId: z.string(),
        totalEvents: z.int(),
        page: z.int(),
        pageSize: z.literal(PAGE_SIZE),
        totalPages: z.int(),
        events: z.array(lockEventAnswer),
      }),
    },
    reasons: OF_LOCK,
    // Tokens of the vendor's system name no scope of ours, and read this.
    scopes: ['locks:read', 'audit:read'],
  },
)

/** What happened to one lock. Versions have no gap, so a page is a range of them. */
export const lockEventRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.get('/locks/:id/events', history, async (request, reply) => {
    const lock = lockFor(request, request.params.id, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const seesKeys = callerOf(request).scopes.has('keys:read')
    const totalEvents = (await store.findLock(lock.lockId))?.version ?? 0
    const totalPages = Math.max(1, Math.ceil(totalEvents / PAGE_SIZE))
    const page = request.query.page ?? totalPages
    const afterVersion = (page - 1) * PAGE_SIZE
    const events = await store.eventsOf(lock.lockId, { afterVersion, limit: PAGE_SIZE })
    return reply.send({
      aggregateId: String(lock.lockId),
      ...{ totalEvents, page, pageSize: PAGE_SIZE, totalPages },
      events: events.map((event) => lockEventBody(event, lock, seesKeys)),
    })
  })
}
