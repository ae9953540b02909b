import type { Mute } from '#domain/alarms/mute.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'
import { CONSOLE } from './console-paths.ts'
import { icon } from './icons.ts'
import { type PageTime, timeOf } from './times.ts'

/** What every page tells, and what changes while it is open. */
export interface PageNews {
  /** Alarms that stand and that nobody has acknowledged. */
  readonly standing: number
  readonly mutes: readonly NamedMute[]
}
export interface NamedMute extends Pick<Mute, 'untilMs'> {
  /** The door or area; null for the whole site. */
  readonly name: string | null
}
export const NO_NEWS: PageNews = { standing: 0, mutes: [] }

const NAMED_MAX = 3

/** In the navigation: the number for eyes, the sentence for ears. */
export const alarmCountOf = (standing: number, words: ConsoleWords): Html =>
  standing === 0
    ? html`<span id="alarm-count"></span>`
    : html`<span id="alarm-count" class="count"><span aria-hidden="true">${standing > 99 ? '99+' : standing}</span><span class="unseen">${plural(words, words.frame.standing, standing)}</span></span>`

/** On every page: nobody may wonder why nobody was called. */
export function mutesBannerOf(mutes: readonly NamedMute[], words: ConsoleWords, time: PageTime): Html {
  if (mutes.length === 0) return html`<div id="mutes"></div>`
  const { muted, mutedSite, until, manyMutes, seeMutes } = words.frame
  const named = mutes
    .slice(0, NAMED_MAX)
    .map(({ name, untilMs }) => html`<li><b>${name ?? mutedSite}</b> ${until} ${timeOf(untilMs, time)}</li>`)
  const said =
    mutes.length > NAMED_MAX
      ? html`<span>${plural(words, manyMutes, mutes.length)}</span>`
      : html`<span>${muted}</span><ul>${named}</ul>`
  return html`<div id="mutes"><div class="line warn">${icon('mute')}${said}<a href="${CONSOLE.mutes}">${seeMutes}</a></div></div>`
}
