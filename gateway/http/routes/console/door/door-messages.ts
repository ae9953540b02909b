import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { consolePage } from '#http/pages/console/console-page.ts'
import { doorPath, withQuery } from '#http/pages/console/console-paths.ts'
import { doorMessagesOf, messageLines } from '#http/pages/console/door/door-messages.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { afterIn, type PageOptions, sendStream } from '#http/routes/console/console-boards.ts'
import { frameOf, pageTime, WithNews } from '#http/routes/console/page-frame.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { DOOR_PATH } from './door-page.ts'

const config = { scopes: ['technician'] } as const

/** What goes to one lock and what comes from it, as long as somebody looks on. */
export const doorMessagesRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views, refuse } = options
  const { locks } = deps.open
  const schema = { params: z.object({ lockId: lockIdInPath }) }
  app.addHook('preClose', async () => views.messages.close())

  app.get(`${DOOR_PATH}/messages`, { schema, config }, async (request, reply) => {
    const lock = locks.get(request.params.lockId)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const { lockId, name } = lock
    const content = doorMessagesOf(lockId, words, time)
    const stream = withQuery(`${doorPath(lockId)}/messages/stream`, { after: views.messages.begin(lockId) })
    const title = `${name}: ${words.oneDoor.messages}`
    return sendConsolePage(reply, consolePage({ frame, title, place: 'doors', content, stream }))
  })

  app.get(`${DOOR_PATH}/messages/stream`, { schema, config: { ...config, byItself: true } }, async (request, reply) => {
    const { lockId } = request.params
    if (locks.get(lockId) === null) return refuse(reply, { reason: 'lock-not-found' })
    const words = consoleWordsFor(request)
    const time = () => pageTime(request, deps, words)
    let told = afterIn(request)
    const page = {
      next: async () => {
        const { messages, place } = views.messages.since(told, lockId)
        told = place
        if (messages.length === 0) return []
        return [{ event: 'top', html: messageLines(messages, words, time()), place }] as const
      },
    }
    return sendStream({ request, reply, options, page: new WithNews(page, views, words, time), everyMs: 500 })
  })
}
