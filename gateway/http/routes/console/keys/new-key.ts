import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keyOfDoor } from '#domain/temp-keys/key-of-door.ts'
import { createTempKeys } from '#domain/temp-keys/manage-temp-keys.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, keyPath, withQuery } from '#http/pages/console/console-paths.ts'
import { type FormState, noticeOf } from '#http/pages/console/form.ts'
import { newKeyContent } from '#http/pages/console/keys/new-key-page.ts'
import type { TimesTwice } from '#http/pages/console/keys/time-fields.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { frameOf } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { newTempKeyUuid } from '#http/shapes/fields.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { parseLockId } from '#protocol/ids.ts'
import { judgeTypedKey, typedKeyBody } from './typed-key.ts'
import { localText } from './typed-times.ts'

const config = { scopes: ['keys:write'] } as const
/** A hundred doors and as many people. */
const BODY_MAX_BYTES = 65_536
const HOUR_MS = 3_600_000
const NOON = 720

interface Shown {
  readonly state: FormState
  readonly twice: TimesTwice
  readonly seed: string
  readonly said: string | null
  readonly status: number
}

/** A key for a guest, or one for each of several doors. */
export const newKeyRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { store } = deps
  const { locks, clock } = deps.open
  const { zone } = deps.findLog

  app.get(
    CONSOLE.newKey,
    { schema: { querystring: z.looseObject({ door: z.string().default('').catch('') }) }, config },
    async (request, reply) => {
      const nowMs = clock.nowMs()
      const values = {
        doors: String(parseLockId(request.query.door) ?? ''),
        ...{ from: localText(nowMs, zone), until: nextNoon(nowMs), uses: '', mode: 'public', users: '', note: '' },
      }
      return page(request, reply, {
        state: { values, errors: {} },
        ...{ twice: new Map(), seed: randomUUID(), said: null, status: 200 },
      })
    },
  )

  app.post(
    CONSOLE.newKey,
    { schema: { body: typedKeyBody }, config, bodyLimit: BODY_MAX_BYTES },
    async (request, reply) => {
      const words = consoleWordsFor(request)
      const { key, values, errors, twice } = judgeTypedKey(request.body, { locks, zone, nowMs: clock.nowMs(), words })
      const seed = newTempKeyUuid.safeParse(request.body.seed)
      const again = (status: number, wrong: FormState['errors'], said: string | null, fresh = false) =>
        page(request, reply, {
          state: { values, errors: wrong },
          ...{ twice, status, said, seed: fresh || !seed.success ? randomUUID() : seed.data },
        })
      if (key === null) return again(400, errors, null)
      if (!seed.success) return again(409, {}, words.form.stale, true)
      const { lockIds, ...body } = key
      const made = lockIds.map((lockId) => ({ ...body, lockId, uuid: keyOfDoor(seed.data, lockId) }))
      const result = await createTempKeys(made, principalOf(request), { store, clock })
      switch (result.kind) {
        case 'created': {
          const numbers = await Promise.all(made.map(({ uuid }) => store.numberOfTempKey(uuid)))
          const [first = null] = numbers
          const to = numbers.length === 1 && first !== null ? keyPath(first) : CONSOLE.keyCards
          const asked = numbers.length === 1 ? {} : { keys: numbers.join(',') }
          return reply.redirect(withQuery(to, { ...asked, done: 'created' }), 303)
        }
        case 'uuid-taken':
        case 'key-revoked':
          return again(409, {}, words.keys.formUsed, true)
        case 'lock-not-found':
        case 'lock-retired':
          return again(
            409,
            { doors: words.keys.doorGone(locks.get(result.lockId)?.name ?? String(result.lockId)) },
            null,
          )
        default:
          return refuse(reply, { reason: result.kind })
      }
    },
  )

  async function page(request: FastifyRequest, reply: FastifyReply, shown: Shown): Promise<FastifyReply> {
    const frame = await frameOf(request, options)
    const { words } = frame
    const { compare } = new Intl.Collator(words.locale, { numeric: true })
    const inService = locks.list().filter(({ retiredAtMs }) => retiredAtMs === null)
    const { state, twice, seed, said, status } = shown
    const form = newKeyContent({
      ...{ state, twice, seed, words, formToken: staffOf(request).formToken },
      locks: inService.sort((a, b) => compare(a.name, b.name)),
    })
    const content = html`${said === null ? null : noticeOf('bad', said)}${form}`
    reply.status(status)
    return sendConsolePage(
      reply,
      consolePage({ frame, title: words.keys.newKey, place: 'keys', content, stream: null }),
    )
  }

  /** The noon that comes after tonight: most guests leave by then. */
  function nextNoon(nowMs: number): string {
    const { date } = zone.localOf(nowMs + 24 * HOUR_MS)
    const [atMs = nowMs + 24 * HOUR_MS] = zone.instantsOf({ date, minuteOfDay: NOON })
    return localText(atMs, zone)
  }
}
