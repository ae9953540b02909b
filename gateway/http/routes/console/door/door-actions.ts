import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { batteryReplaced } from '#domain/alarms/replace-battery.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { updateLock } from '#domain/locks/manage-locks.ts'
import { decideOpening } from '#domain/openings/decide-opening.ts'
import { type OpenAsStaff, openAsStaff } from '#domain/openings/open-as-staff.ts'
import type { OpeningOutcome, SiteRefusal } from '#domain/openings/outcomes.ts'
import { unreachable } from '#domain/unreachable.ts'
import { doorPath, withQuery } from '#http/pages/console/console-paths.ts'
import { REASON_MAX } from '#http/pages/console/door/door-actions.ts'
import type { Told } from '#http/pages/console/door/sentences.ts'
import { WORD_MAX } from '#http/pages/console/door/unsettled.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { callerOf, principalOf } from '#http/routes/route-options.ts'
import { inOneLine, lockIdInPath } from '#http/shapes/fields.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { type LockId, parseOpeningId } from '#protocol/ids.ts'
import { judgeDoorChange } from './door-change.ts'
import { DOOR_PATH } from './door-page.ts'
import { type ReturnedForm, showDoor } from './shown-door.ts'

const params = z.object({ lockId: lockIdInPath })
const text = z.string().default('').catch('')
const once = z
  .uuid()
  .default(() => randomUUID())
  .catch(() => randomUUID())

/** What people do at one door. Each ends with the page of the door, which says what came of it. */
export const doorActionRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views, refuse, front } = options
  const { locks, link } = deps.open
  const schema = { params, body: z.looseObject({}) }

  app.post(`${DOOR_PATH}/ask`, { schema, config: { scopes: ['technician', 'locks:open'] } }, (request, reply) =>
    withDoor(request.params.lockId, reply, async ({ lockId }) => {
      const answer = await link.ask(lockId)
      return told(request, reply, lockId, { kind: 'asked', answer })
    }),
  )

  app.post(
    `${DOOR_PATH}/test`,
    { schema: { params, body: z.looseObject({ once }) }, config: { scopes: ['technician'] } },
    (request, reply) =>
      withDoor(request.params.lockId, reply, (lock) =>
        open(request, reply, lock, { why: { kind: 'test' }, formId: request.body.once }),
      ),
  )

  app.post(
    `${DOOR_PATH}/open`,
    { schema: { params, body: z.looseObject({ once, reason: text }) }, config: { scopes: ['locks:open'] } },
    (request, reply) =>
      withDoor(request.params.lockId, reply, (lock) => {
        const reason = inOneLine(request.body.reason)
        const wrong = wrongWord(reason, REASON_MAX, consoleWordsFor(request))
        if (wrong === null) {
          return open(request, reply, lock, { why: { kind: 'reason', text: reason }, formId: request.body.once })
        }
        const state = { values: { reason: request.body.reason }, errors: { reason: wrong } }
        return again(request, reply, lock, { status: 400, actions: { form: 'open', state } })
      }),
  )

  app.post(
    `${DOOR_PATH}/settle`,
    {
      schema: { params, body: z.looseObject({ opening: text, as: text, word: text }) },
      config: { scopes: ['technician', 'keys:write'] },
    },
    (request, reply) => withDoor(request.params.lockId, reply, (lock) => settle(request.body, request, reply, lock)),
  )

  app.post(`${DOOR_PATH}/battery`, { schema, config: { scopes: ['technician'] } }, (request, reply) =>
    withDoor(request.params.lockId, reply, async ({ lockId }) => {
      const result = await batteryReplaced(lockId, principalOf(request), deps.manageAlarms)
      return result.kind === 'battery-replaced'
        ? done(reply, lockId, 'battery')
        : refuse(reply, { reason: result.kind })
    }),
  )

  app.post(
    `${DOOR_PATH}/change`,
    {
      schema: {
        params,
        body: z.looseObject({ name: text, area: text, pulse: text, wasName: text, wasArea: text, wasPulse: text }),
      },
      config: { scopes: ['locks:admin'] },
    },
    (request, reply) =>
      withDoor(request.params.lockId, reply, async (lock) => {
        const { name, area, pulse } = request.body
        const words = consoleWordsFor(request)
        const judged = judgeDoorChange(request.body, lock, words)
        if (judged.kind !== 'changes') {
          const isStale = judged.kind === 'stale'
          const state = { values: { name, area, pulse }, errors: isStale ? {} : judged.errors }
          return again(request, reply, lock, {
            status: isStale ? 409 : 400,
            said: isStale ? words.oneDoor.changedMeanwhile : null,
            actions: { form: 'change', state },
          })
        }
        const result = await updateLock(lock.lockId, judged.changes, principalOf(request), deps.manageLocks)
        if (result.kind !== 'updated' && result.kind !== 'unchanged') return refuse(reply, { reason: result.kind })
        return done(reply, lock.lockId, result.kind === 'updated' ? 'changed' : 'unchanged')
      }),
  )

  async function withDoor(
    lockId: LockId,
    reply: FastifyReply,
    run: (lock: Lock) => Promise<FastifyReply> | FastifyReply,
  ): Promise<FastifyReply> {
    const lock = locks.get(lockId)
    return lock === null ? refuse(reply, { reason: 'lock-not-found' }) : await run(lock)
  }

  async function open(
    request: FastifyRequest,
    reply: FastifyReply,
    lock: Lock,
    asked: Pick<OpenAsStaff, 'why' | 'formId'>,
  ): Promise<FastifyReply> {
    const { lockId } = lock
    const { outcome } = await openAsStaff(
      {
        ...{ ...asked, lock, by: callerOf(request), arrivedMonotonicMs: request.arrivedMonotonicMs },
        caller: { isThere: () => front.isCallerThere(request.raw) },
      },
      deps.open,
    )
    const openingId = openingOf(outcome)
    if (openingId !== null) return reply.redirect(withQuery(doorPath(lockId), { opening: openingId }), 303)
    return told(request, reply, lockId, { kind: 'nothing-sent', why: refusalOf(outcome) })
  }

  async function settle(
    { opening: typed, as, word: written }: { opening: string; as: string; word: string },
    request: FastifyRequest,
    reply: FastifyReply,
    lock: Lock,
  ): Promise<FastifyReply> {
    const words = consoleWordsFor(request)
    const openingId = parseOpeningId(typed)
    const opening = openingId === null ? null : await deps.store.findOpening(openingId)
    if (openingId === null || opening?.lockId !== lock.lockId) return refuse(reply, { reason: 'opening-not-found' })
    const word = inOneLine(written)
    const state = as === 'charged' || as === 'released' ? as : null
    const wrong = wrongWord(word, WORD_MAX, words)
    if (state === null || wrong !== null) {
      const errors = { ...(state === null && { as: words.oneDoor.chooseOne }), ...(wrong !== null && { word: wrong }) }
      const returned = { openingId, state: { values: { as, word: written }, errors } }
      return again(request, reply, lock, { status: 400, settle: returned })
    }
    const result = await decideOpening({ openingId, state, reason: word }, principalOf(request), deps.open)
    switch (result.kind) {
      case 'decided':
        return done(reply, lock.lockId, 'settled')
      case 'not-unconfirmed':
        return again(request, reply, lock, { status: 409, said: words.oneDoor.settledMeanwhile })
      case 'not-found':
        return refuse(reply, { reason: 'opening-not-found' })
      default:
        return unreachable(result)
    }
  }

  const again = (
    request: FastifyRequest,
    reply: FastifyReply,
    lock: Lock,
    { status, said = null, actions = null, settle: returned = null }: Again,
  ): Promise<FastifyReply> => {
    const sentence = said === null ? null : ({ tone: 'bad', text: said } as const)
    return showDoor(request, reply, { lock, options, returned: { status, said: sentence, actions, settle: returned } })
  }

  function told(request: FastifyRequest, reply: FastifyReply, lockId: LockId, what: Told): FastifyReply {
    const id = views.told.keep(staffOf(request).id, lockId, what)
    return reply.redirect(withQuery(doorPath(lockId), { told: id }), 303)
  }
}

interface Again extends Pick<ReturnedForm, 'status'>, Partial<Pick<ReturnedForm, 'actions' | 'settle'>> {
  readonly said?: string | null
}

const done = (reply: FastifyReply, lockId: LockId, what: string): FastifyReply =>
  reply.redirect(withQuery(doorPath(lockId), { done: what }), 303)

function wrongWord(word: string, max: number, { form }: ConsoleWords): string | null {
  if (word === '') return form.missing
  return word.length > max ? form.tooLong(max) : null
}

/** What the page can show of it from the store; null where nothing of it is stored. */
function openingOf(outcome: OpeningOutcome): string | null {
  if ('opening' in outcome) return outcome.opening.openingId
  return 'openingId' in outcome && outcome.openingId !== undefined ? outcome.openingId : null
}

const SITE_REFUSALS = [
  ...(['lock-retired', 'lock-offline', 'lock-busy', 'clock-untrusted', 'store-failed'] as const),
  ...(['overloaded', 'shutting-down'] as const),
] satisfies readonly SiteRefusal[]
const refusalOf = ({ kind }: OpeningOutcome): SiteRefusal | null =>
  SITE_REFUSALS.find((refusal) => refusal === kind) ?? null
