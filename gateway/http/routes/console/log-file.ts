import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { callerOf } from '#http/routes/route-options.ts'
import { type LOG_FILES, LogFiles } from '#http/streams/log-files.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { PageOptions } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import { askedOfLog, logQuery } from './log-query.ts'

const FORMATS = { csv: 'csv', jsonl: 'jsonl' } as const satisfies Record<keyof typeof LOG_FILES, string>
const query = logQuery.extend({
  format: z.enum(FORMATS, { error: 'must be csv or jsonl' }),
})

/** What the log's page shows, whole: all lines that its filters mean. Whoever takes it stands in the log himself. */
export const logFileRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, { deps, refuse }) => {
  const files = new LogFiles(deps, refuse)
  app.addHook('preClose', async () => files.close())
  const config = { scopes: ['audit:read'] } as const

  app.get(CONSOLE.logFile, { schema: { querystring: query }, config }, (request, reply) => {
    const { filter, errors, values } = askedOfLog(request.query, deps.findLog.zone, consoleWordsFor(request))
    // The page shows beside each field what is wrong with it.
    const toPage = () => reply.redirect(withQuery(CONSOLE.log, values), 303)
    if (Object.keys(errors).length > 0) return toPage()
    const { format } = request.query
    const seesPeople = staffOf(request).seesPersons
    const answered = files.answer(request, reply, { filter, format, seesPeople, caller: callerOf(request) })
    return 'kind' in answered ? toPage() : answered
  })
}
