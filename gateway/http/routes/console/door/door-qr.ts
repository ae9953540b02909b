import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { consolePage } from '#http/pages/console/console-page.ts'
import { doorQrOf } from '#http/pages/console/door/door-qr.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import { DOOR_PATH } from './door-page.ts'

/** A page to be printed for the frame of one door. */
export const doorQrRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, refuse } = options
  const schema = { params: z.object({ lockId: lockIdInPath }) }

  app.get(`${DOOR_PATH}/qr`, { schema, config: { scopes: ['locks:read'] } }, async (request, reply) => {
    const lock = deps.open.locks.get(request.params.lockId)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const frame = await frameOf(request, options)
    const content = doorQrOf(lock, deps.installation.staffEntry()?.url ?? null, frame.words)
    const title = frame.words.oneDoor.qr
    return sendConsolePage(reply, consolePage({ frame, title, place: 'doors', content, stream: null }))
  })
}
