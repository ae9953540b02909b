import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import type { Lock } from '#domain/locks/lock.ts'
import { locksThatNeverCame } from '#domain/locks/never-came.ts'
import { lockFor, OF_LOCK } from '#http/auth/lock-access.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, callerOf, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { cursorInQuery, lockIdInPath, wholeNumberInQuery } from '#http/shapes/fields.ts'
import {
  basicInfo,
  basicInfoAnswer,
  listedLock,
  listedLockAnswer,
  lockDetails,
  lockDetailsAnswer,
} from '#http/shapes/lock-body.ts'
import type { LockId } from '#protocol/ids.ts'

/** Each lock of a page is two look-ups in the store, and the doors wait for them. */
const PAGE_MAX = 200
const params = z.object({ id: lockIdInPath })

const listed = documented(
  {
    querystring: z.object({
      limit: wholeNumberInQuery(1, PAGE_MAX).default(100),
      cursor: cursorInQuery.optional(),
      online: z.enum(['true', 'false']).optional(),
      retired: z.enum(['true', 'false']).default('false'),
      area: z.string().max(100).optional(),
      name: z.string().max(100).optional(),
    }),
  },
  {
    operationId: 'listLocks',
    summary: 'List the locks that the caller may see',
    description:
      'By number. `name` finds a part of the name in any case, `area` the whole area. Locks that were taken out of service are listed apart: `retired=true`.',
    tag: 'Locks',
    answers: { 200: z.strictObject({ locks: z.array(listedLockAnswer), nextCursor: z.string().nullable() }) },
    scopes: ['locks:read'],
  },
)
const details = documented(
  { params },
  {
    operationId: 'getLockDetails',
    summary: 'Show what is known of a lock',
    tag: 'Locks',
    answers: { 200: lockDetailsAnswer },
    reasons: OF_LOCK,
    scopes: ['locks:read'],
  },
)
const basic = documented(
  { params },
  {
    operationId: 'getLockBasicInfo',
    summary: 'Show the least of a lock',
    tag: 'Locks',
    answers: { 200: basicInfoAnswer },
    reasons: OF_LOCK,
    scopes: ['locks:read'],
  },
)

/** The locks of the site, for whoever may see them. */
export const lockDirectoryRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { link, locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.get('/locks', listed, async (request, reply) => {
    const { limit, cursor = '0', online, retired, area, name } = request.query
    const wantedName = name?.toLowerCase()
    const found: Lock[] = []
    for (const lock of locks.listFor(principalOf(request))) {
      const isWanted =
        lock.lockId > Number(cursor) &&
        (lock.retiredAtMs !== null) === (retired === 'true') &&
        (area === undefined || lock.area === area) &&
        (wantedName === undefined || lock.name.toLowerCase().includes(wantedName)) &&
        (online === undefined || link.presence(lock.lockId).online === (online === 'true'))
      if (isWanted) found.push(lock)
      // One more than the page has room for says that there are more.
      if (found.length > limit) break
    }
    const seesKeys = callerOf(request).scopes.has('keys:read')
    const notArrived = await locksThatNeverCame(found, { link, store })
    const page = await Promise.all(found.slice(0, limit).map((lock) => listedNow(lock, notArrived, seesKeys)))
    const last = page.at(-1)
    const nextCursor = found.length > limit && last !== undefined ? String(last.lockId) : null
    return reply.send({ locks: page, nextCursor })
  })

  app.get('/locks/:id/details', details, async (request, reply) => {
    const lock = lockFor(request, request.params.id, locks)
    return 'reason' in lock ? refuse(reply, lock) : reply.send(lockDetails(await now(lock), deps.open.clock.nowMs()))
  })

  app.get('/locks/:id/basic-info', basic, async (request, reply) => {
    const lock = lockFor(request, request.params.id, locks)
    return 'reason' in lock ? refuse(reply, lock) : reply.send(basicInfo(await now(lock)))
  })

  /** What is held in memory does not follow the version of the lock's events. */
  const now = async (lock: Lock): Promise<Lock> => (await store.findLock(lock.lockId)) ?? lock

  const listedNow = async (lock: Lock, notArrived: ReadonlySet<LockId>, seesKeys: boolean) => {
    const seen = { presence: link.presence(lock.lockId), hasArrived: !notArrived.has(lock.lockId) }
    return listedLock(await now(lock), seen, await store.latestOpeningOf(lock.lockId), seesKeys)
  }
}
