import type { FastifyRequest } from 'fastify'
import type { Site } from '#http/contract/http-deps.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { ConsoleFrame } from './console-page.ts'
import { CONSOLE } from './console-paths.ts'
import { NO_NEWS } from './page-news.ts'

/** Around a page for whoever is not signed in, or is turned away: it tells nothing of the doors. */
export function outsideFrame(
  request: FastifyRequest,
  site: Pick<Site, 'name' | 'timeZone'>,
  here: string = CONSOLE.signIn,
): ConsoleFrame {
  const words = consoleWordsFor(request)
  const time = { timeZone: site.timeZone, locale: words.locale, nowMs: 0 }
  return { site, words, time, here, person: null, news: NO_NEWS }
}
