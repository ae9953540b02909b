import type { FastifyRequest } from 'fastify'
import type { Glance } from '#domain/alarms/alarm-glance.ts'
import { scopeName } from '#domain/alarms/judge-alarm-change.ts'
import type { Mute } from '#domain/alarms/mute.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { ConsoleFrame } from '#http/pages/console/console-page.ts'
import { alarmCountOf, mutesBannerOf, type NamedMute, type PageNews } from '#http/pages/console/page-news.ts'
import type { PageTime } from '#http/pages/console/times.ts'
import { html } from '#http/pages/shared/html.ts'
import type { LivePage, PageMessage } from '#http/streams/page-streams.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { LANGUAGE_PARAMETER } from '#http/words/languages.ts'
import type { PageOptions } from './console-boards.ts'
import { staffOf } from './console-guard.ts'
import type { ConsoleViews } from './console-views.ts'

/** With a fresh glance: whoever has just changed something sees that it is so. */
export async function frameOf(request: FastifyRequest, { deps, views }: PageOptions): Promise<ConsoleFrame> {
  const words = consoleWordsFor(request)
  const { name, role, formToken } = staffOf(request)
  return {
    ...{ site: deps.site, words, time: pageTime(request, deps, words), here: hereOf(request) },
    ...{ person: { name, role, formToken }, news: newsOf(await views.glance.now(), deps.open.locks) },
  }
}

export const pageTime = (
  _request: FastifyRequest,
  { site, open }: PageOptions['deps'],
  { locale }: ConsoleWords,
): PageTime => ({ timeZone: site.timeZone, locale, nowMs: open.clock.nowMs() })

/** Without the language, which a link to another one adds. */
function hereOf({ raw }: FastifyRequest): string {
  const [path = '/console', query = ''] = (raw.url ?? '').split('?', 2)
  const asked = new URLSearchParams(query)
  asked.delete(LANGUAGE_PARAMETER)
  return asked.size === 0 ? path : `${path}?${asked}`
}

export const newsOf = ({ alarms, mutes }: Glance, locks: Pick<LockRegistry, 'get'>): PageNews => ({
  standing: alarms.filter(({ acknowledged }) => acknowledged === null).length,
  mutes: mutes.map((mute) => named(mute, locks)),
})

function named({ scope, untilMs }: Mute, locks: Pick<LockRegistry, 'get'>): NamedMute {
  if (scope.kind === 'lock') return { untilMs, name: locks.get(scope.lockId)?.name ?? scopeName(scope) }
  return { untilMs, name: scope.kind === 'area' ? scope.area : null }
}

/** Beside what a page tells, what every page tells. */
export class WithNews implements LivePage {
  readonly #page: LivePage
  readonly #views: ConsoleViews
  readonly #words: ConsoleWords
  readonly #time: () => PageTime
  #told = ''

  constructor(page: LivePage, views: ConsoleViews, words: ConsoleWords, time: () => PageTime) {
    this.#page = page
    this.#views = views
    this.#words = words
    this.#time = time
  }

  async next(): Promise<readonly PageMessage[]> {
    const messages = await this.#page.next()
    const { standing, mutes } = newsOf(await this.#views.glance.lately(), this.#views.locks)
    const parts = html`${alarmCountOf(standing, this.#words)}${mutesBannerOf(mutes, this.#words, this.#time())}`
    const news = parts.toString()
    if (news === this.#told) return messages
    this.#told = news
    return [...messages, { event: 'put', html: news, place: null }]
  }
}
