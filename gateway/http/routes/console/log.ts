import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LogPlace } from '#domain/events/event-log.ts'
import { findLog, type LogReader } from '#domain/events/find-log.ts'
import type { LogFilter } from '#domain/events/log-filter.ts'
import { pastedKey } from '#domain/temp-keys/pasted-key.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { noticeOf } from '#http/pages/console/form.ts'
import { LINES_MAX, logContent, logLines } from '#http/pages/console/log-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { principalOf } from '#http/routes/route-options.ts'
import type { LivePage } from '#http/streams/page-streams.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { afterIn, type PageOptions, sendStream } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import { askedOfLog, logQuery, parsePlace, placeText } from './log-query.ts'
import { frameOf, pageTime, WithNews } from './page-frame.ts'

const LINES = 50
const config = { scopes: ['audit:read'] } as const
const schema = { querystring: logQuery }

/** What happened, the newest first, and what happens. */
export const logPageRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views } = options

  app.get(CONSOLE.log, { schema, config }, async (request, reply) => {
    // A key's link opens its door: it is not to stay in the address, in what follows from it and in histories.
    const uuid = pastedKey(request.query.key)
    if (uuid === null || !staffOf(request).seesPersons) return page(request, reply)
    const asked = new URLSearchParams(request.raw.url?.split('?', 2)[1])
    asked.set('key', keyRefOf(uuid))
    return reply.redirect(`${CONSOLE.log}?${asked}`, 303)
  })

  app.get(`${CONSOLE.log}/stream`, { schema, config: { ...config, byItself: true } }, async (request, reply) => {
    const words = consoleWordsFor(request)
    const time = () => pageTime(request, deps, words)
    const { filter } = askedOfLog(request.query, deps.findLog.zone, words)
    const live = new LiveLog({
      after: afterIn(request),
      // As many as the list holds: fewer would leave a gap in it, unseen, when many keys are revoked at once.
      find: (newerThan) =>
        findLog({ filter, before: null, newerThan, limit: LINES_MAX }, readerOf(request), deps.findLog),
      lines: (entries) => logLines(entries, words, time()),
    })
    return sendStream({ request, reply, options, page: new WithNews(live, views, words, time), everyMs: 1_000 })
  })

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const query = logQuery.parse(request.query)
    const { filter, before, errors, values, isFollowed } = askedOfLog(query, deps.findLog.zone, words)
    const reader = readerOf(request)
    const isWrong = Object.keys(errors).length > 0
    const found = isWrong
      ? null
      : await findLog({ filter, before, newerThan: null, limit: LINES }, reader, deps.findLog)
    const refused = found === null || found.kind === 'found' ? {} : refusedField(found.kind, filter, words.log)
    const entries = found?.kind === 'found' ? found.entries : []
    const next = found?.kind === 'found' ? found.next : null
    const newest = found?.kind === 'found' ? found.newest : null
    const isFound = found?.kind === 'found'
    const asked = { ...values }
    // Who may not search for persons has no field that this could stand at.
    const notice = found?.kind === 'may-not-see-people' ? noticeOf('bad', words.log.notPeople) : null
    const canFollow = before === null && filter.untilMs === null && newest !== null
    const lines = logContent({
      ...{ entries, words, time, seesPeople: reader.seesPeople },
      state: { values, errors: { ...errors, ...refused } },
      isFiltered: Object.values(values).some((value) => value !== ''),
      olderHref: next === null ? null : withQuery(CONSOLE.log, { ...asked, before: placeText(next) }),
      newestHref: before === null ? null : withQuery(CONSOLE.log, asked),
      files: isFound
        ? {
            csv: withQuery(CONSOLE.logFile, { ...asked, format: 'csv' }),
            jsonl: withQuery(CONSOLE.logFile, { ...asked, format: 'jsonl' }),
          }
        : null,
      follow: canFollow
        ? { isOn: isFollowed, href: withQuery(CONSOLE.log, { ...asked, live: isFollowed ? 'off' : null }) }
        : null,
    })
    const content = html`${notice}${lines}`
    const stream =
      canFollow && isFollowed && newest !== null
        ? withQuery(`${CONSOLE.log}/stream`, { ...asked, after: placeText(newest) })
        : null
    reply.status(isWrong || Object.keys(refused).length > 0 ? 400 : 200)
    return sendConsolePage(reply, consolePage({ frame, title: words.log.title, place: 'log', content, stream }))
  }

  const readerOf = (request: FastifyRequest): LogReader => ({
    ...{ principal: principalOf(request), seesPeople: staffOf(request).seesPersons },
  })
}

function refusedField(
  kind: 'no-such-door' | 'no-such-area' | 'may-not-see-people',
  { key }: LogFilter,
  words: { readonly noSuchDoor: string; readonly noSuchArea: string; readonly notPeople: string },
): Record<string, string> {
  if (kind === 'may-not-see-people') return key === null ? { person: words.notPeople } : { key: words.notPeople }
  return { door: kind === 'no-such-door' ? words.noSuchDoor : words.noSuchArea }
}

interface LiveOptions {
  readonly after: string | null
  find(newerThan: LogPlace): ReturnType<typeof findLog>
  lines(entries: Extract<Awaited<ReturnType<typeof findLog>>, { kind: 'found' }>['entries']): string
}

/** New lines above those that are there. */
class LiveLog implements LivePage {
  readonly #options: LiveOptions
  #told: LogPlace | null

  constructor(options: LiveOptions) {
    this.#options = options
    this.#told = options.after === null ? null : parsePlace(options.after)
  }

  async next() {
    if (this.#told === null) return []
    const found = await this.#options.find(this.#told)
    if (found.kind !== 'found') return []
    const { entries, newest } = found
    this.#told = newest
    if (entries.length === 0) return []
    return [{ event: 'top', html: this.#options.lines(entries), place: placeText(newest) }] as const
  }
}
