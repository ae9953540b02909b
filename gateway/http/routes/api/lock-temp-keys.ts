import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Lock } from '#domain/locks/lock.ts'
import { createTempKey, revokeTempKey, updateTempKey } from '#domain/temp-keys/manage-temp-keys.ts'
import { TEMP_KEY_STATUSES, type TempKeyContradiction } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyChanges } from '#domain/temp-keys/temp-key-changes.ts'
import { unreachable } from '#domain/unreachable.ts'
import { lockFor, OF_LOCK } from '#http/auth/lock-access.ts'
import type { Detail } from '#http/contract/refusal.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { commandAnswer, commandBody, unchangedBody } from '#http/shapes/command-body.ts'
import { cursorInQuery, lockIdInPath, tempKeyUuid, wholeNumberInQuery } from '#http/shapes/fields.ts'
import { listedTempKey, listedTempKeyAnswer } from '#http/shapes/temp-key-bodies.ts'
import { namedTempKey, newTempKey, TEMP_KEY_BODY_MAX_BYTES, tempKeyChanges } from '#http/shapes/temp-key-fields.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'

const PAGE_MAX = 1_000
const params = z.object({ id: lockIdInPath })

const created = documented(
  { params, body: newTempKey },
  {
    operationId: 'createTempKey',
    summary: 'Create a temp key',
    description:
      'The UUID is the client’s choice, version 4 or 7. The same body again changes nothing: `event` is null.',
    tag: 'Temp keys',
    answers: { 200: commandAnswer('TempKeyCreated').extend({ tempKeyUuid: z.uuid() }) },
    reasons: [...OF_LOCK, 'lock-retired', 'key-revoked'],
    scopes: ['keys:write'],
    bodyMaxBytes: TEMP_KEY_BODY_MAX_BYTES,
  },
)
const updated = documented(
  { params, body: tempKeyChanges },
  {
    operationId: 'updateTempKey',
    summary: 'Change a temp key',
    description: 'What is not named stays as it is. A `maxUses` below `usedCount` makes the key used up.',
    tag: 'Temp keys',
    answers: { 200: commandAnswer('TempKeyUpdated').extend({ tempKeyUuid: z.uuid() }) },
    reasons: [...OF_LOCK, 'key-not-found', 'key-revoked'],
    scopes: ['keys:write'],
    bodyMaxBytes: TEMP_KEY_BODY_MAX_BYTES,
  },
)
const deletedAnswer = commandAnswer('TempKeyDeleted').extend({
  tempKeyUuid: z.uuid(),
  alreadyRevoked: z.literal(true).optional(),
})
const deleted = documented(
  { params, body: namedTempKey },
  {
    operationId: 'deleteTempKey',
    summary: 'Revoke a temp key of a lock, at once',
    tag: 'Temp keys',
    answers: { 200: deletedAnswer },
    reasons: [...OF_LOCK, 'key-not-found'],
    scopes: ['keys:write'],
  },
)
const revoked = documented(
  { params: z.object({ uuid: tempKeyUuid }) },
  {
    operationId: 'revokeTempKey',
    summary: 'Revoke a temp key, at once',
    description: 'The key is kept, and says from then on that it was revoked.',
    tag: 'Temp keys',
    answers: { 200: deletedAnswer },
    reasons: [
      ...(['malformed-uuid', 'key-not-found', 'not-owner', 'wrong-organization', 'forbidden-origin'] as const),
      ...(['body-too-large', 'unsupported-media-type'] as const),
    ],
    scopes: ['keys:write'],
  },
)
const listed = documented(
  {
    params,
    querystring: z.object({
      include: z.literal('revoked').optional(),
      status: z.enum(TEMP_KEY_STATUSES).optional(),
      limit: wholeNumberInQuery(1, PAGE_MAX).optional(),
      cursor: cursorInQuery.nullable().default(null),
    }),
  },
  {
    operationId: 'listTempKeys',
    summary: 'List the temp keys of a lock',
    description:
      'In order of creation. Revoked keys are left out unless `include=revoked` or `status=revoked`. Without `limit`, `cursor` and `status` the newest 1,000; with a `limit` from the oldest on. Keys that name more than 10,000 users in all are not told at once: a page is shorter then.',
    tag: 'Temp keys',
    answers: { 200: z.strictObject({ tempKeys: z.array(listedTempKeyAnswer), nextCursor: z.string().nullable() }) },
    reasons: OF_LOCK,
    scopes: ['keys:read'],
  },
)

/** The keys of a lock, as clients of the vendor's API manage them. */
export const lockTempKeyRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { clock, locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks/:id/create-temp-key', created, async (request, reply) => {
    const { tempKeyUuid: uuid, validFrom: validFromMs, validUntil: validUntilMs, ...rest } = request.body
    const lock = lockFor(request, request.params.id, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const key = { uuid, lockId: lock.lockId, validFromMs, validUntilMs, ...rest }
    const result = await createTempKey(key, principalOf(request), { store, clock })
    switch (result.kind) {
      case 'created':
        return reply.send({ ...commandBody(lock, result.event), tempKeyUuid: uuid })
      case 'exists':
        return reply.send({ ...unchangedBody(lock, result.version), tempKeyUuid: uuid })
      case 'uuid-taken':
        return refuse(reply, {
          reason: 'invalid-request',
          message: 'This UUID was given to a key with another body.',
          details: [{ field: 'tempKeyUuid', message: 'belongs to a key with another body' }],
        })
      case 'key-revoked':
        return refuse(reply, {
          reason: 'key-revoked',
          message: 'This key was revoked, and stays so: choose another UUID.',
        })
      case 'lock-not-found':
      case 'lock-retired':
      case 'not-owner':
      case 'wrong-organization':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  })

  app.post('/locks/:id/update-temp-key', updated, async (request, reply) => {
    const { tempKeyUuid: uuid, validFrom, validUntil, ...others } = request.body
    const lock = lockFor(request, request.params.id, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const changes: TempKeyChanges = {
      ...others,
      ...(validFrom !== undefined && { validFromMs: validFrom }),
      ...(validUntil !== undefined && { validUntilMs: validUntil }),
    }
    const key = { lockId: lock.lockId, uuid }
    const result = await updateTempKey(key, changes, principalOf(request), { store, clock })
    switch (result.kind) {
      case 'updated':
        return reply.send({ ...commandBody(lock, result.event), tempKeyUuid: uuid })
      case 'unchanged':
        return reply.send({ ...unchangedBody(lock, result.version), tempKeyUuid: uuid })
      case 'key-not-found':
      case 'key-revoked':
      case 'not-owner':
      case 'wrong-organization':
        return refuse(reply, { reason: result.kind })
      case 'changed-meanwhile':
        throw new Error('a caller of the API said nothing of what it saw')
      default:
        return refuse(reply, { reason: 'invalid-request', details: contradictions(result.kind, request.body) })
    }
  })

  app.post('/locks/:id/delete-temp-key', deleted, async (request, reply) => {
    const uuid = request.body.tempKeyUuid
    const lock = lockFor(request, request.params.id, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const key = await store.findTempKey(uuid)
    if (key?.lockId !== lock.lockId) return refuse(reply, { reason: 'key-not-found' })
    return await revoke(uuid, lock, request, reply)
  })

  app.delete('/temp-keys/:uuid', revoked, async (request, reply) => {
    const { uuid } = request.params
    const key = await store.findTempKey(uuid)
    if (key === null) return refuse(reply, { reason: 'key-not-found' })
    const lock = lockFor(request, key.lockId, locks)
    return 'reason' in lock ? refuse(reply, lock) : await revoke(uuid, lock, request, reply)
  })

  app.get('/locks/:id/temp-keys', listed, async (request, reply) => {
    const { include, status, limit, cursor } = request.query
    const lock = lockFor(request, request.params.id, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const nowMs = clock.nowMs()
    const page = await store.listTempKeys(lock.lockId, {
      limit: limit ?? PAGE_MAX,
      cursor,
      // Clients of the vendor's API know of no pages: what they see must not end before the keys of today.
      newest: limit === undefined && cursor === null && status === undefined,
      includeRevoked: include === 'revoked' || status === 'revoked',
      ...(status !== undefined && { status: { is: status, atMs: nowMs } }),
    })
    const tempKeys = page.keys.map((key) => listedTempKey(key, lock, nowMs))
    return reply.send({ tempKeys, nextCursor: page.nextCursor })
  })

  async function revoke(
    uuid: TempKeyUuid,
    lock: Lock,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const result = await revokeTempKey(uuid, principalOf(request), { store, clock })
    switch (result.kind) {
      case 'revoked':
        return reply.send({ ...commandBody(lock, result.event), tempKeyUuid: uuid })
      case 'already-revoked':
        return reply.send({ ...unchangedBody(lock, result.version), tempKeyUuid: uuid, alreadyRevoked: true })
      case 'key-not-found':
      case 'not-owner':
      case 'wrong-organization':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  }
}

/** Names the fields that the caller gave: what they contradict is stored. */
function contradictions(kind: TempKeyContradiction, given: { validFrom?: number; validUntil?: number }): Detail[] {
  if (kind === 'public-with-users') {
    return [{ field: 'allowedUserIds', message: 'names users, and the key is for whoever has its link' }]
  }
  return [
    ...(given.validFrom === undefined ? [] : [{ field: 'validFrom', message: 'must be before the key’s validUntil' }]),
    ...(given.validUntil === undefined ? [] : [{ field: 'validUntil', message: 'must be after the key’s validFrom' }]),
  ]
}
