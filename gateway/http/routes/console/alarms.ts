import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Glance } from '#domain/alarms/alarm-glance.ts'
import { acknowledgeAlarm, type ListedAlarm, listAlarms, listedNow } from '#domain/alarms/manage-alarms.ts'
import { unreachable } from '#domain/unreachable.ts'
import { type AlarmForm, type AlarmReader, WORD_MAX } from '#http/pages/console/alarm-cards.ts'
import { pastOf, standingOf } from '#http/pages/console/alarms-page.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { noticeOf } from '#http/pages/console/form.ts'
import { icon } from '#http/pages/console/icons.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { inOneLine } from '#http/shapes/fields.ts'
import type { LivePage } from '#http/streams/page-streams.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { afterIn, fingerprint, type PageOptions, sendStream } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import { frameOf, pageTime, WithNews } from './page-frame.ts'

const PAST_SHOWN = 25
const id = z.coerce.number().int().positive()
const query = z.looseObject({
  before: id.optional().catch(undefined),
  done: z.enum(['acknowledged']).optional().catch(undefined),
})
const body = z.looseObject({
  word: z.string().default('').catch(''),
  weight: z.coerce.number().int().catch(0),
  acknowledgedAt: z.string().default('').catch(''),
})
const config = { scopes: ['locks:read', 'audit:read'] } as const
const acting = { scopes: ['alarms:write'] } as const

/** What is said above a page whose form changed nothing. */
interface Returned {
  readonly status: number
  readonly said: string
  readonly form: AlarmForm | null
}

/** What stands, what is muted, and what is past. */
export const alarmsPageRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views } = options
  const { locks, clock } = deps.open

  app.get(CONSOLE.alarms, { schema: { querystring: query }, config }, async (request, reply) =>
    page(request, reply, null),
  )

  app.post(
    `${CONSOLE.alarms}/:id/acknowledge`,
    { schema: { params: z.object({ id }), body }, config: acting },
    async (request, reply) => {
      const words = consoleWordsFor(request)
      const alarmId = request.params.id
      const { weight, acknowledgedAt } = request.body
      const word = inOneLine(request.body.word)
      const wrong = wrongWord(word, words)
      const form = (error: string | null): AlarmForm => ({
        alarmId,
        state: { values: { word: request.body.word }, errors: error === null ? {} : { word: error } },
      })
      if (wrong !== null) return page(request, reply, { status: 400, said: wrong, form: form(wrong) })
      const seen = { weight, acknowledgedAtMs: acknowledgedAt === '' ? null : Number(acknowledgedAt) }
      const asked = { id: alarmId, name: staffOf(request).name, word, seen }
      const result = await acknowledgeAlarm(asked, principalOf(request), deps.manageAlarms)
      const { alarms } = words
      switch (result.kind) {
        case 'acknowledged':
          return reply.redirect(withQuery(CONSOLE.alarms, { done: 'acknowledged' }), 303)
        case 'over':
          return page(request, reply, { status: 409, said: alarms.endedMeanwhile, form: null })
        case 'changed': {
          const isAcknowledged = seen.acknowledgedAtMs !== (result.alarm.acknowledged?.atMs ?? null)
          const isWorse = result.alarm.weight !== weight
          const said = isWorse || !isAcknowledged ? alarms.worseMeanwhile : alarms.acknowledgedMeanwhile
          return page(request, reply, { status: 409, said, form: form(null) })
        }
        case 'alarm-not-found':
          return page(request, reply, { status: 404, said: alarms.gone, form: null })
        default:
          return unreachable(result)
      }
    },
  )

  app.get(
    `${CONSOLE.alarms}/stream`,
    { schema: { querystring: query }, config: { ...config, byItself: true } },
    async (request, reply) => {
      const words = consoleWordsFor(request)
      const time = () => pageTime(request, deps, words)
      const reader = () => readerOf(request, words, null)
      const live = new LiveAlarms(
        async () => standingOf(await standing(views.glance.lately()), reader()).toString(),
        afterIn(request),
      )
      return sendStream({ request, reply, options, page: new WithNews(live, views, words, time), everyMs: 2_000 })
    },
  )

  async function page(request: FastifyRequest, reply: FastifyReply, returned: Returned | null): Promise<FastifyReply> {
    const { before = null, done = null } = query.parse(request.query)
    const frame = await frameOf(request, options)
    const { words } = frame
    const reader = readerOf(request, words, returned?.form ?? null)
    const shown = standingOf(await standing(views.glance.now()), reader)
    const past = await pastAlarms(request, before)
    const notice =
      returned !== null ? noticeOf('bad', returned.said) : done === null ? null : noticeOf('good', words.alarms.done)
    const content = html`${notice}<p><a class="button quiet" href="${CONSOLE.mutes}">${icon('mute')}${words.alarms.newMute}</a></p>${shown}${pastOf(past, reader)}`
    const after = fingerprint(shown.toString(), reader.formToken)
    const stream = withQuery(`${CONSOLE.alarms}/stream`, { after })
    if (returned !== null) reply.status(returned.status)
    return sendConsolePage(reply, consolePage({ frame, title: words.alarms.title, place: 'alarms', content, stream }))
  }

  function readerOf(request: FastifyRequest, words: ConsoleWords, form: AlarmForm | null): AlarmReader {
    const staff = staffOf(request)
    const formToken = staff.has('alarms:write') ? staff.formToken : null
    const person = { name: staff.name, seesPersons: staff.seesPersons }
    return { words, time: pageTime(request, deps, words), person, formToken, form }
  }

  async function standing(glance: Promise<Glance>): Promise<readonly ListedAlarm[]> {
    const { alarms, mutes } = await glance
    return alarms.map((alarm) => listedNow(alarm, mutes, locks, clock.nowMs()))
  }

  async function pastAlarms(request: FastifyRequest, beforeId: number | null) {
    const asked = { beforeId, limit: PAST_SHOWN * 2, includePast: true }
    const { alarms, nextBeforeId } = await listAlarms(asked, principalOf(request), deps.manageAlarms)
    const past = alarms.filter(({ alarm }) => alarm.clearedAtMs !== null)
    const shown = past.slice(0, PAST_SHOWN)
    const cutAt = past.length > PAST_SHOWN ? (shown.at(-1)?.alarm.id ?? null) : nextBeforeId
    return { alarms: shown, beforeId, nextBeforeId: cutAt }
  }
}

function wrongWord(word: string, { form }: ConsoleWords): string | null {
  if (word === '') return form.missing
  return word.length > WORD_MAX ? form.tooLong(WORD_MAX) : null
}

/** The alarms that stand, whenever they are not as the page shows them. */
class LiveAlarms implements LivePage {
  readonly #shown: () => Promise<string>
  #told: string | null

  constructor(shown: () => Promise<string>, after: string | null) {
    this.#shown = shown
    this.#told = after
  }

  async next() {
    const shown = await this.#shown()
    const place = fingerprint(shown, /name="formToken" value="([^"]+)"/.exec(shown)?.[1] ?? null)
    if (place === this.#told) return []
    this.#told = place
    return [{ event: 'put', html: shown, place }] as const
  }
}
