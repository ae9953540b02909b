import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { OpensCount } from '#domain/events/opens-by-hour.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { checksOf, opensOf, runningOf } from '#http/pages/console/health-page.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { afterIn, fingerprint, type PageOptions, sendStream } from './console-boards.ts'
import { frameOf, pageTime, WithNews } from './page-frame.ts'

const config = { scopes: ['locks:read', 'audit:read'] } as const

/** How the site is, part by part, and what to do about what is not well. */
export const healthPageRoutes: FastifyPluginAsync<PageOptions> = async (app, options) => {
  const { deps, views } = options
  const { clock } = deps.open
  const opens = new OpensCount(deps.findLog.log, clock)
  const startedMonotonicMs = clock.monotonicMs()

  app.get(CONSOLE.health, { config }, async (request, reply) => {
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const shown = await checks(request)
    const uptimeMs = clock.monotonicMs() - startedMonotonicMs
    // By elapsed time: a wall clock that was set meanwhile does not move the beginning.
    const startedAtMs = clock.nowMs() - uptimeMs
    const running = runningOf({ version: deps.version, startedAtMs, uptimeMs, words, time })
    const content = html`${shown}${running}${opensOf(await opens.lately(), words, time)}`
    const stream = withQuery(`${CONSOLE.health}/stream`, { after: fingerprint(shown.toString(), null) })
    return sendConsolePage(reply, consolePage({ frame, title: words.health.title, place: 'health', content, stream }))
  })

  app.get(`${CONSOLE.health}/stream`, { config: { ...config, byItself: true } }, async (request, reply) => {
    const words = consoleWordsFor(request)
    let told = afterIn(request)
    const page = {
      next: async () => {
        const shown = (await checks(request)).toString()
        const place = fingerprint(shown, null)
        if (place === told) return []
        told = place
        return [{ event: 'put', html: shown, place }] as const
      },
    }
    const live = new WithNews(page, views, words, () => pageTime(request, deps, words))
    return sendStream({ request, reply, options, page: live, everyMs: 5_000 })
  })

  const checks = async (request: FastifyRequest) =>
    checksOf({ checks: await deps.readiness(), words: consoleWordsFor(request) })
}
