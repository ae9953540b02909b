import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { createTempKey, revokeTempKey } from '#domain/manage-temp-keys.ts'
import { ACCESS_MODES, tempKeyStatus } from '#domain/temp-key.ts'
import { instant, lockIdInPath, newTempKeyUuid, tempKeyUuid, userId, wholeNumberInQuery } from '#http/fields.ts'
import { listedTempKey, tempKeyCreated, tempKeyDeleted } from '#http/temp-key-bodies.ts'
import { authenticateBy, type ManagementOptions, principalOf } from './route-options.ts'

const params = z.object({ id: lockIdInPath })
const MAX_USES_MAX = 1_000_000_000
const PAGE_MAX = 1_000

const newTempKey = z
  .strictObject({
    tempKeyUuid: newTempKeyUuid,
    accessMode: z.enum(ACCESS_MODES),
    allowedUserIds: z.array(userId).max(1_000).default([]),
    validFrom: instant,
    validUntil: instant,
    maxUses: z.int().min(1).max(MAX_USES_MAX).nullable().default(null),
    description: z.string().max(2_000).nullable().default(null),
  })
  .refine(({ validFrom, validUntil }) => validUntil > validFrom, {
    path: ['validUntil'],
    error: 'must be after validFrom',
    // Whatever else is wrong: one answer names everything.
    when: ({ value }) => windowShape.safeParse(value).success,
  })
const windowShape = z.looseObject({ validFrom: z.number(), validUntil: z.number() })

const query = z.object({
  include: z.literal('revoked').optional(),
  status: z.enum(['valid', 'expired', 'used-up', 'not-yet-valid', 'revoked']).optional(),
  limit: wholeNumberInQuery(1, PAGE_MAX).default(PAGE_MAX),
  cursor: z.string().min(1).max(200).nullable().default(null),
})

/** The keys of a lock, as clients of the vendor's API manage them. */
export const lockTempKeyRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store, clock, locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks/:id/create-temp-key', { schema: { params, body: newTempKey }, config }, async (request, reply) => {
    const { tempKeyUuid: uuid, validFrom: validFromMs, validUntil: validUntilMs, ...rest } = request.body
    const lock = locks.get(request.params.id)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const key = { uuid, lockId: lock.lockId, validFromMs, validUntilMs, ...rest }
    const result = await createTempKey(key, principalOf(request), { store, clock })
    switch (result.kind) {
      case 'created':
        return reply.send(tempKeyCreated(result.key, lock, result.event))
      case 'exists':
        return reply.send(tempKeyCreated(result.key, lock, { version: result.version }))
      case 'uuid-taken':
        return refuse(reply, {
          reason: 'invalid-request',
          message: 'This UUID was given to a key with another body.',
          details: [{ field: 'tempKeyUuid', message: 'belongs to a key with another body' }],
        })
      case 'lock-not-found':
        return refuse(reply, { reason: 'lock-not-found' })
    }
  })

  app.get('/locks/:id/temp-keys', { schema: { params, querystring: query }, config }, async (request, reply) => {
    const { include, status, limit, cursor } = request.query
    const lock = locks.get(request.params.id)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const includeRevoked = include === 'revoked' || status === 'revoked'
    const page = await store.listTempKeys(lock.lockId, { limit, cursor, includeRevoked })
    const nowMs = clock.nowMs()
    // A page may hold fewer keys than asked for when only one status is wanted; `nextCursor` alone says that it was the last.
    const wanted = page.keys.filter((key) => status === undefined || tempKeyStatus(key, nowMs) === status)
    return reply.send({ tempKeys: wanted.map((key) => listedTempKey(key, lock, nowMs)), nextCursor: page.nextCursor })
  })

  app.delete(
    '/temp-keys/:uuid',
    { schema: { params: z.object({ uuid: tempKeyUuid }) }, config },
    async (request, reply) => {
      const result = await revokeTempKey(request.params.uuid, principalOf(request), { store, clock })
      if (result.kind === 'key-not-found') return refuse(reply, { reason: 'key-not-found' })
      const lock = locks.get(result.key.lockId)
      if (lock === null) throw new Error('a key of a lock that is not there')
      if (result.kind === 'already-revoked') {
        return reply.send({ ...tempKeyDeleted(result.key, lock, { version: result.version }), alreadyRevoked: true })
      }
      return reply.send(tempKeyDeleted(result.key, lock, { ...result.event, by: principalOf(request) }))
    },
  )
}

const config = { jsonOnly: true }
