import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { batteryReplaced } from '#domain/alarms/replace-battery.ts'
import { type ReflashLock, reflashLock } from '#domain/locks/reflash-lock.ts'
import { retireLock } from '#domain/locks/retire-lock.ts'
import { unreachable } from '#domain/unreachable.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { commandBody, unchangedBody } from '#http/shapes/command-body.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import { givenKey } from '#http/shapes/given-key.ts'
import { lockBody } from '#http/shapes/lock-body.ts'
import { NO_KEY_YET } from './lock-records.ts'

const params = z.object({ id: lockIdInPath })

const justOne = (body: object): boolean => Object.values(body).filter((value) => value !== undefined).length === 1
const isObject = ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null

const newPair = {
  /** Of the pair that was made on the new board. */
  publicKeyPem: givenKey.optional(),
  makeKey: z.literal(true).optional(),
}

/** Another board: always another key pair. */
const replacing = z.strictObject(newPair).refine(justOne, {
  path: ['publicKeyPem'],
  error: 'give just one of publicKeyPem and "makeKey": true',
  when: isObject,
})

/** Just one of them: what becomes of the key pair has to be said. */
const reflashing = z.strictObject({ ...newPair, keepKey: z.literal(true).optional() }).refine(justOne, {
  path: ['publicKeyPem'],
  error: 'give just one of publicKeyPem, "makeKey": true and "keepKey": true',
  when: isObject,
})

/** What becomes of the board behind a number: another one, the same with another password, none any more. */
export const lockBoardRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { link } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks/:id/replace', { schema: { params, body: replacing }, config }, (request, reply) =>
    reflash({ lockId: request.params.id, key: keyOf(request.body) }, request, reply),
  )

  app.post('/locks/:id/reflash', { schema: { params, body: reflashing }, config }, (request, reply) => {
    const { keepKey, ...pair } = request.body
    return reflash(
      { lockId: request.params.id, key: keepKey === true ? { kind: 'kept' } : keyOf(pair) },
      request,
      reply,
    )
  })

  app.post('/locks/:id/retire', { schema: { params }, config }, async (request, reply) => {
    const { id } = request.params
    const result = await retireLock(id, principalOf(request), deps.manageLocks)
    switch (result.kind) {
      case 'retired': {
        const { lock, keysRevoked, unsettled } = result
        const told = { lock: lockBody(lock, link.presence(id)), keysRevoked, unsettledOpenings: unsettled }
        return reply.send({ ...commandBody(lock, result.event), ...told })
      }
      case 'already-retired': {
        const told = { lock: lockBody(result.lock, link.presence(id)), keysRevoked: 0, unsettledOpenings: 0 }
        return reply.send({ ...unchangedBody(result.lock, result.lock.version), ...told })
      }
      case 'lock-not-found':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  })

  app.post('/locks/:id/battery-replaced', { schema: { params }, config }, async (request, reply) => {
    const { id } = request.params
    const result = await batteryReplaced(id, principalOf(request), deps.manageAlarms)
    switch (result.kind) {
      case 'battery-replaced':
        return reply.send({ ...commandBody(result.lock, result.event), lock: lockBody(result.lock, link.presence(id)) })
      case 'lock-not-found':
      case 'lock-retired':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  })

  async function reflash(wanted: ReflashLock, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const result = await reflashLock(wanted, principalOf(request), deps.manageLocks)
    switch (result.kind) {
      case 'reflashed':
        return reply.send({ lock: lockBody(result.lock, link.presence(wanted.lockId)), flashing: result.flashing })
      case 'bad-public-key':
        return refuse(reply, {
          reason: 'invalid-request',
          details: [{ field: 'publicKeyPem', message: result.message }],
        })
      case 'no-key-yet':
        return refuse(reply, NO_KEY_YET)
      case 'lock-not-found':
      case 'lock-retired':
        return refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  }
}

const config = { jsonOnly: true }

const keyOf = ({ publicKeyPem }: z.infer<typeof replacing>): ReflashLock['key'] =>
  publicKeyPem === undefined ? { kind: 'made-here' } : { kind: 'made-on-lock', publicKeyPem }
