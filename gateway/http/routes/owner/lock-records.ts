import { createPublicKey } from 'node:crypto'
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { isSoSinceMs } from '#domain/alarms/alarm.ts'
import { presentSinceMs } from '#domain/locks/since-when.ts'
import { atTheDoor } from '#domain/openings/at-the-door.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import { lockRecordBody } from '#http/shapes/lock-record-body.ts'

const params = z.object({ id: lockIdInPath })

/** What there is to know of one lock, retired ones too. */
export const lockRecordRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { link, locks, clock } = deps.open
  const { provisioning } = deps.manageLocks
  app.addHook('onRequest', authenticateBy(options))

  app.get('/locks/:id/record', { schema: { params }, config }, async (request, reply) => {
    const { id } = request.params
    const record = await deps.store.lockRecord(id, clock.nowMs())
    if (record === null) return refuse(reply, { reason: 'lock-not-found' })
    const picture = await deps.store.findDoorPicture(id)
    const presence = link.presence(id)
    const { store, alarms } = deps.manageAlarms
    const standing = (await atTheDoor(id, { store: deps.store, standing: store, alarms })).alarms
    const sinceMs = presentSinceMs(
      presence,
      standing.map((alarm) => ({ kind: alarm.kind, sinceMs: isSoSinceMs(alarm) })),
    )
    const now = { presence, hello: link.lastHello(id), picture, sinceMs }
    return reply.send(lockRecordBody(record, now, (pem) => provisioning.fingerprintOf(pem)))
  })

  /** What the lock was flashed with, without its secrets: nobody has them any more. */
  app.get('/locks/:id/sheet', { schema: { params }, config }, async (request, reply) => {
    const lock = locks.get(request.params.id)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    if (lock.retiredAtMs !== null) return refuse(reply, { reason: 'lock-retired' })
    if (lock.publicKeyPem === null) return refuse(reply, NO_KEY_YET)
    return reply.send({ flashing: provisioning.flashing(lock, null) })
  })

  app.get('/locks/:id/public-key', { schema: { params }, config }, async (request, reply) => {
    const lock = locks.get(request.params.id)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const { lockId, keyGeneration, keyMadeBy, publicKeyPem } = lock
    if (publicKeyPem === null) return refuse(reply, NO_KEY_YET)
    const jwk = createPublicKey(publicKeyPem).export({ format: 'jwk' })
    return reply.send({ lockId, keyGeneration, keyMadeBy, publicKeyPem, jwk })
  })
}

const config = { jsonOnly: true }

const NO_KEY = 'This lock has no public key yet: lock add gives it one.'
export const NO_KEY_YET: Refusal = {
  reason: 'invalid-request',
  message: NO_KEY,
  details: [{ field: 'id', message: NO_KEY }],
}
