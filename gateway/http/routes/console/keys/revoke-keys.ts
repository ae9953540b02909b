import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FoundTempKey, findTempKeys } from '#domain/temp-keys/find-temp-keys.ts'
import { REVOKED_AT_ONCE_MAX, revokeTempKeys } from '#domain/temp-keys/manage-temp-keys.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { noticeOf } from '#http/pages/console/form.ts'
import { revokeKeysContent } from '#http/pages/console/keys/revoke-keys-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { fingerprint, nextTurn, type PageOptions } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { type AskedForKeys, askedForKeys, keyFilterOf, namesKeys, pageOfPasted, typed } from './key-query.ts'

const AT_ONCE = 250
const config = { scopes: ['keys:write'] } as const

type Matching =
  | { readonly kind: 'found'; readonly keys: readonly FoundTempKey[]; readonly seen: string }
  | { readonly kind: 'no-such-door' | 'too-many' }

/** Revokes all keys that match: first what it would do, then that and nothing else, in one transaction. */
export const revokeKeysRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { locks, clock } = deps.open

  app.get(CONSOLE.revokeKeys, { schema: { querystring: askedForKeys }, config }, async (request, reply) => {
    const elsewhere = await pageOfPasted(request.query.q, deps)
    if (elsewhere !== null) return reply.redirect(elsewhere, 303)
    if (!namesKeys(keyFilterOf(request.query)))
      return reply.redirect(withQuery(CONSOLE.keys, { done: 'say-which' }), 303)
    return page(request, reply, request.query, await matching(request, request.query), 200, null)
  })

  app.post(
    CONSOLE.revokeKeys,
    { schema: { body: askedForKeys.extend({ seen: typed }) }, config },
    async (request, reply) => {
      const { q, door, state, seen } = request.body
      const found = await matching(request, request.body)
      if (found.kind !== 'found' || found.seen !== seen || found.keys.length === 0) {
        return page(request, reply, request.body, found, 409, consoleWordsFor(request).keys.othersMeanwhile)
      }
      const uuids = found.keys.map(({ key }) => key.uuid)
      const result = await revokeTempKeys(uuids, principalOf(request), { store, clock })
      if (result.kind !== 'revoked') return refuse(reply, { reason: result.kind })
      const after = { q, door, state: state === '' ? '' : 'revoked', done: 'revoked', count: result.revoked.length }
      return reply.redirect(withQuery(CONSOLE.keys, after), 303)
    },
  )

  /** All that are not revoked already. */
  async function matching(request: FastifyRequest, asked: AskedForKeys): Promise<Matching> {
    const filter = keyFilterOf(asked)
    if (!namesKeys(filter)) return { kind: 'found', keys: [], seen: '' }
    const keys: FoundTempKey[] = []
    let before: number | null = null
    do {
      const found: Awaited<ReturnType<typeof findTempKeys>> = await findTempKeys(
        filter,
        { before, limit: AT_ONCE },
        principalOf(request),
        { store, locks, clock },
      )
      if (found.kind !== 'found') return { kind: 'no-such-door' }
      keys.push(...found.keys.filter(({ status }) => status !== 'revoked'))
      if (keys.length > REVOKED_AT_ONCE_MAX) return { kind: 'too-many' }
      before = found.nextCursor
    } while (before !== null)
    return { kind: 'found', keys, seen: fingerprint(keys.map(({ number }) => number).join(), null) }
  }

  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    { q, door, state }: AskedForKeys,
    found: Matching,
    status: number,
    said: string | null,
  ): Promise<FastifyReply> {
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const { keys } = words
    const asked = { q, door, state }
    const { formToken } = staffOf(request)
    const shown =
      found.kind === 'found'
        ? html`${said === null ? null : noticeOf('bad', said)}${await revokeKeysContent({ ...found, asked, formToken, words, time, turn: nextTurn })}`
        : html`${noticeOf('bad', found.kind === 'too-many' ? keys.tooMany(REVOKED_AT_ONCE_MAX) : words.log.noSuchDoor)}<p><a class="button quiet" href="${withQuery(CONSOLE.keys, asked)}">${keys.back}</a></p>`
    reply.status(found.kind === 'found' ? status : 400)
    return sendConsolePage(
      reply,
      consolePage({ frame, title: keys.revokeTitle, place: 'keys', content: shown, stream: null }),
    )
  }
}
