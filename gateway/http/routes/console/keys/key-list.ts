import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { findTempKeys } from '#domain/temp-keys/find-temp-keys.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { noticeOf } from '#http/pages/console/form.ts'
import { keyListContent } from '#http/pages/console/keys/key-list-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { askedForKeys, keyFilterOf, namesKeys, pageOfPasted } from './key-query.ts'

const KEYS = 50
const query = askedForKeys.extend({
  before: z.coerce.number().int().positive().optional().catch(undefined),
  done: z.enum(['no-such-link', 'revoked', 'say-which', 'no-cards']).optional().catch(undefined),
  count: z.coerce.number().int().min(1).max(1_000_000).optional().catch(undefined),
})
type Query = z.infer<typeof query>

/** All keys of the site, the newest first. */
export const keyListRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps } = options
  const { store } = deps
  const { locks, clock } = deps.open

  app.get(
    CONSOLE.keys,
    { schema: { querystring: query }, config: { scopes: ['keys:read'] } },
    async (request, reply) => {
      const { q, door, state, before = null } = request.query
      const elsewhere = await pageOfPasted(q, deps)
      if (elsewhere !== null) return reply.redirect(elsewhere, 303)
      const frame = await frameOf(request, options)
      const { words, time } = frame
      const filter = keyFilterOf(request.query)
      const result = await findTempKeys(filter, { before, limit: KEYS }, principalOf(request), { store, locks, clock })
      const found = result.kind === 'found' ? result : { keys: [], nextCursor: null }
      const errors = result.kind === 'found' ? {} : { door: words.log.noSuchDoor }
      const asked = { q, door, state }
      const list = keyListContent({
        ...{ keys: found.keys, state: { values: asked, errors }, isFiltered: namesKeys(filter), words, time },
        olderHref: found.nextCursor === null ? null : withQuery(CONSOLE.keys, { ...asked, before: found.nextCursor }),
        newestHref: before === null ? null : withQuery(CONSOLE.keys, asked),
        mayChange: staffOf(request).has('keys:write'),
      })
      const content = html`${noticeFor(request.query, words)}${list}`
      reply.status(result.kind === 'found' ? 200 : 400)
      return sendConsolePage(
        reply,
        consolePage({ frame, title: words.keys.title, place: 'keys', content, stream: null }),
      )
    },
  )
}

function noticeFor({ done, count }: Query, words: ConsoleWords): Html | null {
  const { keys } = words
  switch (done) {
    case 'revoked':
      return count === undefined ? null : noticeOf('good', plural(words, keys.manyRevoked, count))
    case 'no-such-link':
      return noticeOf('bad', keys.noSuchLink)
    case 'say-which':
      return noticeOf('bad', keys.sayWhich)
    case 'no-cards':
      return noticeOf('info', keys.noCards)
    case undefined:
      return null
  }
}
