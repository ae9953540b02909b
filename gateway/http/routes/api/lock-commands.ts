import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { lockRefusal } from '#domain/access/caller.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockChanges, UpdateLockHow } from '#domain/locks/lock-changes.ts'
import { type RegisterLock, registerLock, updateLock } from '#domain/locks/manage-locks.ts'
import type { TooManyPrepared } from '#domain/locks/prepared-locks.ts'
import { unreachable } from '#domain/unreachable.ts'
import { lockFor, OF_LOCK } from '#http/auth/lock-access.ts'
import type { Detail } from '#http/contract/refusal.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { bodyMaxBytes, textMaxBytes } from '#http/shapes/body-size.ts'
import { commandAnswer, commandBody, keysAnswer, keysBody, unchangedBody } from '#http/shapes/command-body.ts'
import { lockIdInPath, lockUuid, organization, userId, words } from '#http/shapes/fields.ts'
import { vendorBody } from '#http/shapes/vendor-body.ts'
import type { LockId } from '#protocol/ids.ts'

const params = z.object({ id: lockIdInPath })

const VENDOR_TEXT_MAX = 800
const VENDOR_KEYS_MAX = 1_000
const VENDOR_KEY_MAX_BYTES = 512

const createLock = documented(
  {
    params,
    body: vendorBody(
      z.strictObject({
        index: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
        uuid: lockUuid,
        serialNumber: words(VENDOR_TEXT_MAX).nullish(),
        vendorName: words(VENDOR_TEXT_MAX).nullish(),
        ownerId: userId.nullish(),
        // What the vendor calls keys are cards and tags of its own locks: taken, and not kept.
        keys: z.array(z.looseObject({})).max(VENDOR_KEYS_MAX).nullish(),
      }),
    ),
  },
  {
    operationId: 'createLock',
    summary: 'Create a lock before it is at hand',
    description:
      'The lock can’t be online until `lock add` on the appliance gives it its public key. It belongs to the caller’s organization. `keys` are not kept. How many locks without a key may be created so is limited; what is created already is 200 as ever.',
    tag: 'Locks',
    answers: { 200: commandAnswer('LockCreated'), 201: commandAnswer('LockCreated') },
    reasons: ['not-owner', 'wrong-organization', 'lock-retired', 'too-many-prepared-locks'],
    scopes: ['locks:admin'],
    bodyMaxBytes: bodyMaxBytes(2 * textMaxBytes(VENDOR_TEXT_MAX), VENDOR_KEYS_MAX * VENDOR_KEY_MAX_BYTES),
  },
)
/** Revokes every temp key of the lock, in the same transaction. */
const revokeKeys = z.boolean().default(false)
const OF_KEYS =
  '`keysStillGood` keys of the lock go on opening it, whoever made them; with `revokeKeys` none does, from the same moment on.'

const setOwner = documented(
  {
    params,
    body: vendorBody(
      z
        .strictObject({ userId: userId.optional(), ownerId: userId.optional(), revokeKeys })
        .refine((body) => (body.userId === undefined) !== (body.ownerId === undefined), {
          path: ['userId'],
          error: 'is required; ownerId is another name for it',
        }),
    ),
  },
  {
    operationId: 'setLockOwner',
    summary: 'Give a lock to a user',
    description: OF_KEYS,
    tag: 'Locks',
    answers: { 200: commandAnswer('OwnerSet').extend(keysAnswer) },
    reasons: [...OF_LOCK, 'lock-retired'],
    scopes: ['locks:admin'],
  },
)
const setOrganization = documented(
  { params, body: vendorBody(z.strictObject({ orgId: organization, revokeKeys })) },
  {
    operationId: 'setLockOrganization',
    summary: 'Give a lock to an organization',
    description: `Programs of the former organization can’t command it any more. Its owner, a user, stays. ${OF_KEYS}`,
    tag: 'Locks',
    answers: { 200: commandAnswer('OrganizationSet').extend(keysAnswer) },
    reasons: [...OF_LOCK, 'lock-retired'],
    scopes: ['locks:admin'],
  },
)

/** What the vendor's clients command a lock to be. */
export const lockCommandRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { locks } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks/:id/CreateLock', createLock, async (request, reply) => {
    const { id: lockId } = request.params
    const { index, uuid, serialNumber = null, vendorName = null, ownerId = null } = request.body
    const principal = principalOf(request)
    const asked: RegisterLock = {
      ...{ lockId, uuid },
      organization: principal.kind === 'service' ? principal.organization : null,
      owner: ownerId ?? (principal.kind === 'user' ? principal.userId : null),
      vendor: { index, serialNumber, vendorName },
    }
    // Nobody may create a lock that it could not see or change afterwards.
    const there = locks.get(lockId)
    const reason = lockRefusal(principal, there ?? asked)
    if (reason !== null) return refuse(reply, { reason })
    if (there !== null && there.retiredAtMs !== null) return refuse(reply, { reason: 'lock-retired' })
    const result = await registerLock(asked, principal, deps.manageLocks)
    if (result.kind === 'created') return reply.status(201).send(commandBody(result.lock, result.event))
    if (result.kind === 'too-many-prepared') {
      return refuse(reply, { reason: 'too-many-prepared-locks', message: tooManyOf(result) })
    }
    const known = await deps.store.findLock(lockId)
    const details = known === null ? [{ field: 'uuid', message: 'belongs to another lock' }] : differences(known, asked)
    if (known === null || details.length > 0) return refuse(reply, { reason: 'invalid-request', details })
    return reply.send(unchangedBody(known, known.version))
  })

  app.post('/locks/:id/SetOwner', setOwner, async (request, reply) => {
    const owner = request.body.userId ?? request.body.ownerId
    if (owner === undefined) throw new Error('a body without an owner passed its schema')
    const { revokeKeys } = request.body
    return await give(request.params.id, { owner }, { as: 'OwnerSet', revokeKeys }, request, reply)
  })

  app.post('/locks/:id/SetOrganization', setOrganization, (request, reply) => {
    const { orgId: organization, revokeKeys } = request.body
    return give(request.params.id, { organization }, { as: 'OrganizationSet', revokeKeys }, request, reply)
  })

  async function give(
    lockId: LockId,
    changes: LockChanges,
    how: UpdateLockHow,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const lock = lockFor(request, lockId, locks)
    if ('reason' in lock) return refuse(reply, lock)
    const result = await updateLock(lockId, changes, principalOf(request), deps.manageLocks, how)
    switch (result.kind) {
      case 'updated':
        return reply.send({ ...commandBody(result.lock, result.event), ...keysBody(result.keys) })
      case 'unchanged':
        return reply.send({ ...unchangedBody(result.lock, result.lock.version), ...keysBody(result.keys) })
      case 'lock-not-found':
      case 'lock-retired':
      case 'not-owner':
      case 'wrong-organization':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  }
}

const tooManyOf = ({ of, limit }: TooManyPrepared): string =>
  of === 'caller'
    ? `You have created ${limit} locks that have no key yet, and may create no more before the owner has added some of them.`
    : `Programs have created ${limit} locks that have no key yet, and may create no more before the owner has added some of them.`

/** What never changes once a lock is created; its owner may have been set anew since. */
function differences(known: Lock, { uuid, vendor }: RegisterLock): Detail[] {
  const message = 'is another one for this lock'
  return [
    ...(known.uuid === uuid ? [] : [{ field: 'uuid', message }]),
    ...(['index', 'serialNumber', 'vendorName'] as const)
      .filter((name) => vendor[name] !== null && known.vendor[name] !== null && known.vendor[name] !== vendor[name])
      .map((field) => ({ field, message })),
  ]
}
