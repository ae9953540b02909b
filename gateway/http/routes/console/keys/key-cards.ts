import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type FoundTempKey, findTempKeys } from '#domain/temp-keys/find-temp-keys.ts'
import { nextChangeOf } from '#domain/temp-keys/next-change.ts'
import { tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { noticeOf } from '#http/pages/console/form.ts'
import { keyCardsContent } from '#http/pages/console/keys/key-cards-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { nextTurn, type PageOptions } from '#http/routes/console/console-boards.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { CONSOLE_LANGUAGES } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { isOfUse, linkOf } from './hand-over.ts'
import { askedForKeys, keyFilterOf, pageOfPasted } from './key-query.ts'

/** Fifteen sheets: more paper is never meant. A hundred keys that were just made are on them. */
const CARDS_MAX = 100
const query = askedForKeys.extend({
  keys: z.string().max(2_000).default('').catch(''),
  in: z.enum(CONSOLE_LANGUAGES).optional().catch(undefined),
  done: z.enum(['created']).optional().catch(undefined),
})
type Query = z.infer<typeof query>

/** What guests get on paper: a card for each key that is of use to one. */
export const keyCardsRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps } = options
  const { store } = deps
  const { locks, clock } = deps.open

  app.get(
    CONSOLE.keyCards,
    { schema: { querystring: query }, config: { scopes: ['keys:write'] } },
    async (request, reply) => {
      const { q, door, state, keys, done } = request.query
      const elsewhere = await pageOfPasted(q, deps)
      if (elsewhere !== null) return reply.redirect(elsewhere, 303)
      const { found, isAll } = await keysMeant(request, request.query)
      const cards = found.flatMap((one) => {
        const link = isOfUse(one.status) ? linkOf(one.key.uuid, deps) : null
        return link === null ? [] : [{ found: one, link }]
      })
      if (cards.length === 0) return reply.redirect(withQuery(CONSOLE.keys, { q, door, state, done: 'no-cards' }), 303)
      const frame = await frameOf(request, options)
      const { words, time } = frame
      const language = request.query.in ?? words.language
      const notices = [
        ...(done === undefined ? [] : [noticeOf('good', plural(words, words.keys.manyCreated, found.length))]),
        ...(isAll ? [] : [noticeOf('info', words.keys.tooManyCards(CARDS_MAX))]),
        ...(deps.installation.isInReach() ? [] : [noticeOf('bad', words.keys.outOfReach)]),
      ]
      const sheets = await keyCardsContent({
        ...{ cards, site: deps.site, language, words, time, turn: nextTurn },
        hrefIn: (code) => withQuery(CONSOLE.keyCards, { q, door, state, keys, in: code }),
      })
      const above = notices.length === 0 ? null : html`<div class="stack off-paper">${notices}</div>`
      const content = html`${above}${sheets}`
      const title = cards.length === 1 ? words.keys.card : words.keys.cards
      return sendConsolePage(reply, consolePage({ frame, title, place: 'keys', content, stream: null }))
    },
  )

  /** Those that are named, or those that are looked for. */
  async function keysMeant(
    request: FastifyRequest,
    asked: Query,
  ): Promise<{ readonly found: readonly FoundTempKey[]; readonly isAll: boolean }> {
    if (asked.keys !== '') return { found: await named(asked.keys), isAll: true }
    const page = { before: null, limit: CARDS_MAX }
    const result = await findTempKeys(keyFilterOf(asked), page, principalOf(request), { store, locks, clock })
    return result.kind === 'found'
      ? { found: result.keys, isAll: result.nextCursor === null }
      : { found: [], isAll: true }
  }

  async function named(numbers: string): Promise<readonly FoundTempKey[]> {
    const nowMs = clock.nowMs()
    const wanted = numbers.split(',').flatMap((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : []))
    const found = await Promise.all(
      [...new Set(wanted)].slice(0, CARDS_MAX).map(async (number): Promise<FoundTempKey | null> => {
        const key = await store.tempKeyNumbered(number)
        const lock = key === null ? null : locks.get(key.lockId)
        if (key === null || lock === null) return null
        return { number, key, lock, status: tempKeyStatus(key, nowMs), nextChange: nextChangeOf(key, nowMs) }
      }),
    )
    return found.filter((one) => one !== null)
  }
}
