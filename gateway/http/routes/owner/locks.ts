import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { type Lock, PULSE_DEFAULT_S } from '#domain/locks/lock.ts'
import type { PreparedLock } from '#domain/locks/lock-changes.ts'
import { type AddLock, addLock, updateLock } from '#domain/locks/manage-locks.ts'
import { unreachable } from '#domain/unreachable.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { keysBody } from '#http/shapes/command-body.ts'
import { lockIdInBody, lockIdInPath, lockUuid } from '#http/shapes/fields.ts'
import { givenKey } from '#http/shapes/given-key.ts'
import { lockBody } from '#http/shapes/lock-body.ts'
import { area, directions, name, organization, owner, pulseS } from '#http/shapes/lock-fields.ts'

const offlineAfterMin = z
  .int()
  .min(1)
  .max(24 * 60)
  .nullable()
const params = z.object({ id: lockIdInPath })

const newLock = z
  .strictObject({
    lockId: lockIdInBody,
    name,
    uuid: lockUuid.optional(),
    area: area.default(null),
    pulseS: pulseS.default(PULSE_DEFAULT_S),
    /** The site's own when it is not named. */
    organization: organization.optional(),
    owner: owner.default(null),
    publicKeyPem: givenKey.optional(),
    makeKey: z.literal(true).optional(),
    /** For a lock that a program prepared: gives it to the organization and owner above, and revokes every key of it. */
    takeOver: z.boolean().default(false),
  })
  .refine((body) => (body.publicKeyPem === undefined) !== (body.makeKey === undefined), {
    path: ['publicKeyPem'],
    error: 'give either publicKeyPem or "makeKey": true',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

const changes = z
  .strictObject({
    name: name.exactOptional(),
    area: area.exactOptional(),
    directions: directions.exactOptional(),
    pulseS: pulseS.exactOptional(),
    offlineAfterMin: offlineAfterMin.exactOptional(),
    organization: organization.exactOptional(),
    owner: owner.exactOptional(),
    /** Revokes every temp key of the lock, in the same transaction. */
    revokeKeys: z.boolean().default(false),
  })
  .refine(({ revokeKeys: _, ...named }) => Object.keys(named).length > 0, { error: 'must name at least one change' })
  .refine((body) => !body.revokeKeys || body.organization !== undefined || body.owner !== undefined, {
    path: ['revokeKeys'],
    error: 'goes with organization or owner: name the holder, the present one too',
  })

/** The locks of the site as their owner keeps them: added with what they are flashed with, and changed. */
export const lockRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { link } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks', { schema: { body: newLock }, config }, async (request, reply) => {
    const {
      makeKey: _,
      publicKeyPem = null,
      uuid = null,
      organization = deps.site.organization,
      ...rest
    } = request.body
    const lock: AddLock = { ...rest, uuid, organization, publicKeyPem }
    const result = await addLock(lock, principalOf(request), deps.manageLocks)
    switch (result.kind) {
      case 'added': {
        const { lockId } = result.lock
        const { flashing, keys } = result
        const body = { lock: lockBody(result.lock, link.presence(lockId)), flashing, ...keysBody(keys) }
        return reply.status(201).header('Location', `/locks/${lockId}/public-key`).send(body)
      }
      case 'bad-public-key':
        return refuse(reply, {
          reason: 'invalid-request',
          details: [{ field: 'publicKeyPem', message: result.message }],
        })
      case 'lock-exists':
        return refuse(reply, {
          reason: 'invalid-request',
          message: 'There is a lock with this lockId or uuid already.',
          details: [{ field: 'lockId', message: 'is taken, or the uuid is' }],
        })
      case 'lock-retired':
        return refuse(reply, {
          reason: 'lock-retired',
          message: `Lock ${lock.lockId} was retired at ${new Date(result.atMs).toISOString()}, and its number is given to no other lock: what it signed stays in its history under this number. Choose another one.`,
        })
      case 'prepared':
        return refuse(reply, {
          reason: 'invalid-request',
          message: preparedBy(result.prepared),
          details: [
            {
              field: 'takeOver',
              message: `must be true to go on (lock add --take-over): it gives the lock to ${holderOf(lock)} and revokes every key`,
            },
          ],
        })
      default:
        return unreachable(result)
    }
  })

  app.patch('/locks/:id', { schema: { params, body: changes }, config }, async (request, reply) => {
    const { revokeKeys, ...wanted } = request.body
    const result = await updateLock(request.params.id, wanted, principalOf(request), deps.manageLocks, { revokeKeys })
    if (result.kind !== 'updated' && result.kind !== 'unchanged') return refuse(reply, { reason: result.kind })
    const { lock, keys } = result
    const isGiven = wanted.organization !== undefined || wanted.owner !== undefined
    return reply.send({
      success: true,
      aggregateId: String(lock.lockId),
      version: lock.version,
      event: result.kind === 'updated' ? { type: 'LockUpdated', data: { lockId: lock.lockId, changes: wanted } } : null,
      lock: lockBody(lock, link.presence(lock.lockId)),
      ...(isGiven && keysBody(keys)),
    })
  })
}

const config = { jsonOnly: true }

const holderOf = ({ organization, owner }: Pick<Lock, 'organization' | 'owner'>): string =>
  [
    organization === null ? 'no organization' : `organization ${organization}`,
    ...(owner === null ? [] : [`user ${owner}`]),
  ].join(' and ')

function preparedBy({ lock, createdBy, keyCount }: PreparedLock): string {
  const atIso = new Date(lock.createdAtMs).toISOString()
  const keys = keyCount === 1 ? '1 key that nobody has revoked' : `${keyCount} keys that nobody has revoked`
  return `Lock ${lock.lockId} was prepared by ${createdBy} at ${atIso}; it belongs to ${holderOf(lock)}, and has ${keys}.`
}
