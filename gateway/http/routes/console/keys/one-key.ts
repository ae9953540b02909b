import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findLog } from '#domain/events/find-log.ts'
import { EVERYTHING } from '#domain/events/log-filter.ts'
import { whyNot } from '#domain/openings/why-not.ts'
import { revokeTempKey, updateTempKey } from '#domain/temp-keys/manage-temp-keys.ts'
import { nextChangeOf } from '#domain/temp-keys/next-change.ts'
import { tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, keyPath, withQuery } from '#http/pages/console/console-paths.ts'
import { type FormState, noticeOf } from '#http/pages/console/form.ts'
import { keyContent } from '#http/pages/console/keys/key-page.ts'
import { whomOf } from '#http/pages/console/keys/key-words.ts'
import type { TimesTwice } from '#http/pages/console/keys/time-fields.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { handOverOf } from './hand-over.ts'
import { localText } from './typed-times.ts'
import { typedWindow, windowFields } from './typed-window.ts'

const HISTORY = 20
const DONE = ['created', 'changed', 'unchanged', 'revoked', 'already-revoked'] as const
const params = z.object({ id: z.coerce.number().int().positive() })
const ms = z.coerce.number().int()
const changeBody = z.looseObject({
  ...windowFields,
  ...{ seenFrom: ms, seenUntil: ms, seenUses: z.string().regex(/^\d{0,10}$/) },
})
const acting = { scopes: ['keys:write'] } as const

/** What is said above a page whose form changed nothing. */
interface Returned {
  readonly status: number
  readonly said: string | null
  readonly state: FormState | null
  readonly twice: TimesTwice
}
const NOTHING_TWICE: TimesTwice = new Map()

/** One key: its state, whether it opens and why not, its link, and how it is changed and revoked. */
export const oneKeyRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { locks, clock } = deps.open
  const { zone } = deps.findLog

  app.get(
    `${CONSOLE.keys}/:id`,
    {
      schema: { params, querystring: z.looseObject({ done: z.enum(DONE).optional().catch(undefined) }) },
      config: { scopes: ['keys:read'] },
    },
    async (request, reply) => page(request, reply, request.params.id, null, request.query.done),
  )

  app.post(
    `${CONSOLE.keys}/:id/change`,
    { schema: { params, body: changeBody }, config: acting },
    async (request, reply) => {
      const { id } = request.params
      const { seenFrom, seenUntil, seenUses, from, until, fromWhich, untilWhich, uses } = request.body
      const words = consoleWordsFor(request)
      const key = await store.tempKeyNumbered(id)
      if (key === null) return refuse(reply, { reason: 'key-not-found' })
      const seen = {
        ...{ validFromMs: seenFrom, validUntilMs: seenUntil },
        maxUses: seenUses === '' ? null : Number(seenUses),
      }
      const given = { from, until, fromWhich, untilWhich, uses }
      const { window, errors, twice } = typedWindow(given, seen, zone, words)
      const again = (status: number, said: string | null, wrong: FormState['errors'] = {}) =>
        page(request, reply, id, { status, said, state: { values: given, errors: wrong }, twice })
      if (window === null) return again(400, null, errors)
      const named = { lockId: key.lockId, uuid: key.uuid, seen }
      const result = await updateTempKey(named, window, principalOf(request), { store, clock })
      switch (result.kind) {
        case 'updated':
          return reply.redirect(withQuery(keyPath(id), { done: 'changed' }), 303)
        case 'unchanged':
          return reply.redirect(withQuery(keyPath(id), { done: 'unchanged' }), 303)
        case 'changed-meanwhile':
          return again(409, words.keys.changedMeanwhile)
        case 'key-revoked':
          return again(409, words.keys.revokedMeanwhile)
        case 'key-not-found':
        case 'not-owner':
        case 'wrong-organization':
          return refuse(reply, { reason: result.kind })
        default:
          return again(400, null, { until: words.keys.untilBeforeFrom })
      }
    },
  )

  app.post(`${CONSOLE.keys}/:id/revoke`, { schema: { params }, config: acting }, async (request, reply) => {
    const { id } = request.params
    const key = await store.tempKeyNumbered(id)
    if (key === null) return refuse(reply, { reason: 'key-not-found' })
    const result = await revokeTempKey(key.uuid, principalOf(request), { store, clock })
    if (result.kind === 'revoked' || result.kind === 'already-revoked')
      return reply.redirect(withQuery(keyPath(id), { done: result.kind }), 303)
    return refuse(reply, { reason: result.kind })
  })

  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    number: number,
    returned: Returned | null,
    done?: (typeof DONE)[number],
  ): Promise<FastifyReply> {
    const key = await store.tempKeyNumbered(number)
    const lock = key === null ? null : locks.get(key.lockId)
    const why = key === null ? null : whyNot(key.lockId, key, deps.open)
    if (key === null || lock === null || why === null) return refuse(reply, { reason: 'key-not-found' })
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const staff = staffOf(request)
    const nowMs = clock.nowMs()
    const found = { number, key, lock, status: tempKeyStatus(key, nowMs), nextChange: nextChangeOf(key, nowMs) }
    const values = {
      from: localText(key.validFromMs, zone),
      until: localText(key.validUntilMs, zone),
      uses: String(key.maxUses ?? ''),
    }
    const shown = keyContent({
      ...{ found, key, why, words, time, twice: returned?.twice ?? NOTHING_TWICE },
      offlineCause: deps.open.link.presence(key.lockId).offlineCause,
      handOver: staff.seesKeyLinks ? handOverOf(found, deps) : null,
      history: await historyOf(),
      state: returned?.state ?? { values, errors: {} },
      formToken: staff.has('keys:write') ? staff.formToken : null,
    })
    const said =
      returned !== null
        ? returned.said === null
          ? null
          : noticeOf('bad', returned.said)
        : done === undefined
          ? null
          : noticeOf(
              done === 'unchanged' || done === 'already-revoked' ? 'info' : 'good',
              {
                ...{ created: words.keys.created, changed: words.keys.changed, unchanged: words.keys.unchanged },
                ...{ revoked: words.keys.revoked, 'already-revoked': words.keys.alreadyRevoked },
              }[done],
            )
    if (returned !== null) reply.status(returned.status)
    const content = html`${said}${shown}`
    const title = whomOf(number, key, words)
    return sendConsolePage(reply, consolePage({ frame, title, place: 'keys', content, stream: null }))

    async function historyOf() {
      if (key === null || !staff.has('audit:read')) return []
      const filter = {
        ...EVERYTHING,
        ...{ door: String(key.lockId), key: keyRefOf(key.uuid), withSteps: false, sinceMs: key.createdAtMs },
      }
      const reader = { principal: principalOf(request), seesPeople: staff.seesPersons }
      const log = await findLog({ filter, before: null, newerThan: null, limit: HISTORY }, reader, deps.findLog)
      return log.kind === 'found' ? log.entries : []
    }
  }
}
