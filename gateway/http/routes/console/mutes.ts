import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { muteAlarms, presentMutes, unmuteAlarms } from '#domain/alarms/manage-alarms.ts'
import { MUTE_MAX_MS, type MuteScope } from '#domain/alarms/mute.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { unreachable } from '#domain/unreachable.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { type FormState, noticeOf } from '#http/pages/console/form.ts'
import { mutesContent } from '#http/pages/console/mutes-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { type LockId, parseLockId } from '#protocol/ids.ts'
import type { PageOptions } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import { frameOf } from './page-frame.ts'

const DONE = ['muted', 'ended'] as const
const text = z.string().trim().max(200).default('').catch('')
const query = z.looseObject({ door: text, done: z.enum(DONE).optional().catch(undefined) })
const body = z.looseObject({ what: text, door: text, area: text, hours: text, from: text })
const config = { scopes: ['locks:read', 'audit:read'] } as const
const acting = { scopes: ['alarms:write'] } as const
const DEFAULTS: FormState = { values: { what: 'door', hours: '2' }, errors: {} }

interface Shown {
  readonly state: FormState
  /** Comes back with the form of one door alone. */
  readonly door: LockId | null
  readonly said: { readonly tone: 'good' | 'bad'; readonly text: string; readonly status: number } | null
}

/** Doors that somebody works on: what is muted, until when and by whom. */
export const mutesPageRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps } = options
  const { locks } = deps.open

  app.get(CONSOLE.mutes, { schema: { querystring: query }, config }, async (request, reply) => {
    const { door, done } = request.query
    const { alarms } = consoleWordsFor(request)
    const said =
      done === undefined
        ? null
        : { tone: 'good' as const, text: done === 'muted' ? alarms.muteDone : alarms.unmuteDone, status: 200 }
    return page(request, reply, { state: DEFAULTS, door: parseLockId(door), said })
  })

  app.post(CONSOLE.mutes, { schema: { body }, config: acting }, async (request, reply) => {
    const words = consoleWordsFor(request)
    const { what, door, area, hours, from } = request.body
    const values = { what, door, area, hours }
    const { scope, forMs, errors } = judge(values, words)
    const again = (wrong: Record<string, string>) =>
      page(
        request,
        reply,
        { state: { values, errors: wrong }, door: from === 'door' ? parseLockId(door) : null, said: null },
        400,
      )
    if (scope === null || forMs === null) return again(errors)
    const result = await muteAlarms({ scope, forMs }, principalOf(request), deps.manageAlarms)
    switch (result.kind) {
      case 'muted':
        return reply.redirect(withQuery(CONSOLE.mutes, { done: 'muted' }), 303)
      case 'lock-not-found':
        return again({ door: words.alarms.noSuchDoor })
      case 'area-not-found':
        return again({ area: words.alarms.noSuchArea })
      case 'too-long':
        return again({ hours: words.alarms.badHours })
      // Nobody of the staff is refused a door.
      case 'not-owner':
      case 'wrong-organization':
        return options.refuse(reply, { reason: result.kind })
      default:
        return unreachable(result)
    }
  })

  app.post(
    `${CONSOLE.mutes}/end`,
    { schema: { body: z.looseObject({ mute: text }) }, config: acting },
    async (request, reply) => {
      const { alarms } = consoleWordsFor(request)
      const by = principalOf(request)
      const mute = (await presentMutes(by, deps.manageAlarms)).find(({ id }) => String(id) === request.body.mute)
      const result = mute === undefined ? null : await unmuteAlarms(mute.scope, by, deps.manageAlarms)
      if (result?.kind === 'unmuted' && result.ended.length > 0)
        return reply.redirect(withQuery(CONSOLE.mutes, { done: 'ended' }), 303)
      const said = { tone: 'bad', text: alarms.muteOver, status: 409 } as const
      return page(request, reply, { state: DEFAULTS, door: null, said })
    },
  )

  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    { state, door, said }: Shown,
    status = said?.status ?? 200,
  ) {
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const staff = staffOf(request)
    const { compare } = new Intl.Collator(words.locale, { numeric: true })
    const inService = locks.list().filter(({ retiredAtMs }) => retiredAtMs === null)
    const mutes = (await presentMutes(principalOf(request), deps.manageAlarms)).map((mute) => ({
      mute,
      name: nameOf(mute.scope),
    }))
    const content = mutesContent({
      ...{ mutes, state, words, time, door: door === null ? null : (locks.get(door) ?? null) },
      locks: inService.sort((a, b) => compare(a.name, b.name)),
      areas: [...new Set(inService.flatMap(({ area }) => area ?? []))].sort(compare),
      formToken: staff.has('alarms:write') ? staff.formToken : null,
    })
    const notice = said === null ? null : noticeOf(said.tone, said.text)
    reply.status(status)
    return sendConsolePage(
      reply,
      consolePage({
        frame,
        title: words.alarms.mutes,
        place: 'alarms',
        content: html`${notice}${content}`,
        stream: null,
      }),
    )
  }

  function nameOf(scope: MuteScope): string | null {
    if (scope.kind === 'site') return null
    return scope.kind === 'area' ? scope.area : doorName(locks.get(scope.lockId), scope.lockId)
  }
}

const doorName = (lock: Lock | null, lockId: LockId): string => (lock === null ? String(lockId) : lock.name)

/** Every wrong field at once. */
function judge(
  { what, door, area, hours }: Readonly<Record<'what' | 'door' | 'area' | 'hours', string>>,
  { alarms }: ConsoleWords,
): { readonly scope: MuteScope | null; readonly forMs: number | null; readonly errors: Record<string, string> } {
  const lockId = parseLockId(door)
  const scope: MuteScope | null =
    what === 'site'
      ? { kind: 'site' }
      : what === 'area'
        ? area === ''
          ? null
          : { kind: 'area', area }
        : lockId === null
          ? null
          : { kind: 'lock', lockId }
  const forMs = /^\d{1,2}$/.test(hours) ? Number(hours) * 3_600_000 : 0
  const isLong = forMs > 0 && forMs <= MUTE_MAX_MS
  return {
    ...{ scope, forMs: isLong ? forMs : null },
    errors: {
      ...(scope === null && (what === 'area' ? { area: alarms.chooseArea } : { door: alarms.chooseDoor })),
      ...(!isLong && { hours: alarms.badHours }),
    },
  }
}
