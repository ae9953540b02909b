import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { opensLately } from '#domain/events/opens-by-hour.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { Lately } from '#domain/time/lately.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { checksOf, opensOf, runningOf } from '#http/pages/console/health-page.ts'
import { messagesOf, noisiestOf } from '#http/pages/console/noise-figures.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { html } from '#http/pages/shared/html.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { afterIn, fingerprint, type PageOptions, sendStream } from './console-boards.ts'
import { frameOf, pageTime, WithNews } from './page-frame.ts'

/** Figures of days cost more than a page, and change slowly. */
const FIGURES_GOOD_FOR_MS = 60_000
const config = { scopes: ['locks:read', 'audit:read'] } as const

/** How the site is, part by part, and what to do about what is not well. */
export const healthPageRoutes: FastifyPluginAsync<PageOptions> = async (app, options) => {
  const { deps, views } = options
  const { clock } = deps.open
  const opens = opensLately(deps.findLog.log, clock)
  const figures = new Lately(deps.alarmFigures, FIGURES_GOOD_FOR_MS, clock)
  const startedMonotonicMs = clock.monotonicMs()

  app.get(CONSOLE.health, { config }, async (request, reply) => {
    const frame = await frameOf(request, options)
    const { words, time } = frame
    const shown = await checks(request)
    const uptimeMs = clock.monotonicMs() - startedMonotonicMs
    // By elapsed time: a wall clock that was set meanwhile does not move the beginning.
    const startedAtMs = clock.nowMs() - uptimeMs
    const running = runningOf({
      ...{ version: deps.version, runBefore: deps.runBefore, startedAtMs, uptimeMs, words, time },
      storeBytes: await deps.storeBytes(),
    })
    const alarms = await orNull(figures.get())
    const charts = html`<div class="two">${opensOf(await orNull(opens.get()), words, time)}${messagesOf(alarms, words)}</div>`
    const content = html`${shown}${running}${charts}${noisiestOf(alarms, words)}`
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

/** The page that tells that the store fails must not fail with it. */
async function orNull<Value>(read: Promise<Value>): Promise<Value | null> {
  try {
    return await read
  } catch (error) {
    if (error instanceof StoreFault) return null
    throw error
  }
}
