import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { changeDoorPicture } from '#domain/locks/door-picture.ts'
import { PICTURE_FILE_MAX_BYTES } from '#domain/pictures/picture.ts'
import { unreachable } from '#domain/unreachable.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import { lockBody } from '#http/shapes/lock-body.ts'
import type { LockId } from '#protocol/ids.ts'

const params = z.object({ id: lockIdInPath })
const config = { jsonOnly: true }

/**
 * The picture of a door, as the bytes of a file: in JSON they would be a third longer, and parsing them would keep doors
 * waiting. None is ever served as it came.
 */
export const doorPictureRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { link } = deps.open
  app.addHook('onRequest', authenticateBy(options))
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )

  const put = { schema: { params }, config, bodyLimit: PICTURE_FILE_MAX_BYTES }
  app.put('/locks/:id/picture', put, async (request, reply) => {
    const { body } = request
    if (!Buffer.isBuffer(body)) return refuse(reply, { reason: 'unsupported-media-type' })
    return await change(request.params.id, body, request, reply)
  })

  app.delete('/locks/:id/picture', { schema: { params }, config }, (request, reply) =>
    change(request.params.id, null, request, reply),
  )

  async function change(lockId: LockId, bytes: Buffer | null, request: FastifyRequest, reply: FastifyReply) {
    const { manageLocks, makePicture } = deps
    const result = await changeDoorPicture(lockId, bytes, principalOf(request), { ...manageLocks, makePicture })
    switch (result.kind) {
      case 'updated':
      case 'unchanged':
        return reply.send({ lock: lockBody(result.lock, link.presence(lockId)) })
      case 'refused':
        return refuse(reply, { reason: 'invalid-request', details: [{ field: 'picture', message: result.why }] })
      case 'busy':
        return refuse(reply, { reason: 'overloaded' })
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
