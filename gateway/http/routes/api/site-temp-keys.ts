import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { findTempKeys } from '#domain/temp-keys/find-temp-keys.ts'
import { REVOKED_AT_ONCE_MAX, revokeTempKeys } from '#domain/temp-keys/manage-temp-keys.ts'
import { TEMP_KEY_STATUSES } from '#domain/temp-keys/temp-key.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { bodyMaxBytes, textMaxBytes } from '#http/shapes/body-size.ts'
import { cursorInQuery, line, tempKeyUuid, userId, wholeNumberInQuery } from '#http/shapes/fields.ts'
import { foundTempKey, foundTempKeyAnswer } from '#http/shapes/temp-key-bodies.ts'

const UUID_CHARACTERS = 36

const found = documented(
  {
    querystring: z.object({
      match: line(500).optional(),
      state: z.enum(TEMP_KEY_STATUSES).optional(),
      ...{ door: line(200).optional(), area: line(200).optional(), user: userId.optional() },
      include: z.literal('revoked').optional(),
      limit: wholeNumberInQuery(1, 500).default(100),
      cursor: cursorInQuery.optional(),
    }),
  },
  {
    operationId: 'findTempKeys',
    summary: 'List the temp keys of all doors that the caller may see',
    description:
      'The newest first. `match` is a part of the description or of a user’s id, or a key’s UUID or link; `door` a lock’s number or a part of its name, `area` the whole name of an area, `user` one who may use it. Revoked keys are left out unless `include=revoked` or `state=revoked`, or `match` is a UUID. `status` is what the key is now, `nextChange` what time alone will make of it. A page may hold fewer than `limit`, even none, while `nextCursor` is there.',
    tag: 'Temp keys',
    answers: { 200: z.strictObject({ tempKeys: z.array(foundTempKeyAnswer), nextCursor: z.string().nullable() }) },
    scopes: ['keys:read'],
  },
)

const revoked = documented(
  {
    body: z.strictObject({ tempKeyUuids: z.array(tempKeyUuid).min(1).max(REVOKED_AT_ONCE_MAX) }),
  },
  {
    operationId: 'revokeTempKeys',
    summary: 'Revoke many temp keys, at once: all of them, or none',
    description: `One transaction. Name the keys that you were shown, up to ${REVOKED_AT_ONCE_MAX}; the same call again changes nothing. When one of them is not there or not yours, nothing is revoked, and the message says so.`,
    tag: 'Temp keys',
    answers: {
      200: z.strictObject({ revoked: z.array(z.uuid()), alreadyRevoked: z.array(z.uuid()) }),
    },
    reasons: ['key-not-found', 'not-owner', 'wrong-organization'],
    scopes: ['keys:write'],
    bodyMaxBytes: bodyMaxBytes(REVOKED_AT_ONCE_MAX * textMaxBytes(UUID_CHARACTERS)),
  },
)

/** The keys of the whole site, as far as it is the caller's. */
export const siteTempKeyRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { clock, locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.get('/temp-keys', found, async (request, reply) => {
    const { limit, cursor, match = null, state = null, door = null, area = null, user = null, include } = request.query
    const filter = { match, state, door, area, user, includeRevoked: include === 'revoked' }
    const page = { before: cursor === undefined ? null : Number(cursor), limit }
    const result = await findTempKeys(filter, page, principalOf(request), { store, locks, clock })
    if (result.kind !== 'found') return refuse(reply, nowhere(result.kind))
    const nowMs = clock.nowMs()
    return reply.send({
      tempKeys: result.keys.map((key) => foundTempKey(key, nowMs)),
      nextCursor: result.nextCursor === null ? null : String(result.nextCursor),
    })
  })

  app.post('/temp-keys/revoke', revoked, async (request, reply) => {
    const { tempKeyUuids } = request.body
    const result = await revokeTempKeys(tempKeyUuids, principalOf(request), { store, clock })
    switch (result.kind) {
      case 'revoked':
        return reply.send({ revoked: [...result.revoked], alreadyRevoked: [...result.alreadyRevoked] })
      case 'key-not-found':
      case 'not-owner':
      case 'wrong-organization': {
        // By its place: a key's UUID is a secret, and stands in no error.
        const at = tempKeyUuids.indexOf(result.uuid)
        const message = 'Nothing was revoked, because of this key.'
        return refuse(reply, { reason: result.kind, details: [{ field: `tempKeyUuids.${at}`, message }] })
      }
      default:
        return unreachable(result)
    }
  })
}

const nowhere = (kind: 'no-such-door' | 'no-such-area'): Refusal => ({
  reason: 'invalid-request',
  details: [
    kind === 'no-such-door'
      ? { field: 'door', message: 'is neither the number nor a part of the name of a door that you may see' }
      : { field: 'area', message: 'is the area of no door that you may see' },
  ],
})
