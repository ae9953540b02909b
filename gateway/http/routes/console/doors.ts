import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { countDoors, DOOR_STATES, type DoorFilter, matchesFilter } from '#domain/locks/door-board.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { doorsContent } from '#http/pages/console/doors-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { afterIn, nextTurn, type PageOptions, sendStream } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import { LiveDoors, placeOf } from './live-doors.ts'
import { frameOf, pageTime, WithNews } from './page-frame.ts'

/** What somebody typed is cut and not refused: a search has no wrong values. */
const SEARCH_MAX = 100
const text = z.string().transform((typed) => typed.trim().slice(0, SEARCH_MAX) || null)
const asked = z.object({
  q: text.nullish().catch(null),
  state: z
    .enum([...DOOR_STATES, 'alarms', 'muted'])
    .nullish()
    .catch(null),
  area: text.nullish().catch(null),
})
const schema = { querystring: z.looseObject({}) }
const config = { scopes: ['locks:read'] } as const

const filterOf = (query: unknown): DoorFilter => {
  const { q = null, state = null, area = null } = asked.parse(query)
  return { text: q, state, area }
}

/** Every door: what has to be seen to first, then area by area. */
export const doorsPageRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views } = options

  app.get(CONSOLE.doors, { schema, config }, async (request, reply) => {
    const filter = filterOf(request.query)
    const frame = await frameOf(request, options)
    const board = await views.doors.look()
    const all = board.rows.map(({ row }) => row)
    const areas = [...new Set(all.flatMap(({ area, state }) => (area === null || state === 'retired' ? [] : [area])))]
    const { words, time } = frame
    const content = await doorsContent({
      ...{ filter, words, time, counts: countDoors(all), rows: all.filter((row) => matchesFilter(row, filter)) },
      areas: areas.sort(new Intl.Collator(words.locale, { numeric: true }).compare),
      mayMute: staffOf(request).has('alarms:write'),
      turn: nextTurn,
    })
    const stream = withQuery(`${CONSOLE.doors}/stream`, { after: placeOf(board), state: filter.state })
    return sendConsolePage(reply, consolePage({ frame, title: words.doors.title, place: 'doors', content, stream }))
  })

  app.get(`${CONSOLE.doors}/stream`, { schema, config: { ...config, byItself: true } }, async (request, reply) => {
    const words = consoleWordsFor(request)
    const time = () => pageTime(request, deps, words)
    const page = new LiveDoors({
      ...{ doors: views.doors, words, time, filter: filterOf(request.query) },
      mayMute: staffOf(request).has('alarms:write'),
      after: afterIn(request),
    })
    return sendStream({ request, reply, options, page: new WithNews(page, views, words, time), everyMs: 500 })
  })
}
