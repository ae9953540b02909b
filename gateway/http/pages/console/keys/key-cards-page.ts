import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { contactLine } from '#domain/temp-keys/key-message.ts'
import type { Site } from '#http/contract/http-deps.ts'
import { CONSOLE, keyPath } from '#http/pages/console/console-paths.ts'
import type { PageTime } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { siteFormatter } from '#http/pages/shared/site-time.ts'
import { CONSOLE_WORDS } from '#http/words/console/console-languages.ts'
import { CONSOLE_LANGUAGES, type ConsoleLanguage, type ConsoleWords } from '#http/words/console/console-words.ts'
import { whomOf } from './key-words.ts'
import { linkQr } from './qr-code.ts'

export interface KeyCardsShown {
  readonly cards: readonly { readonly found: FoundTempKey; readonly link: string }[]
  readonly site: Pick<Site, 'name' | 'contact'>
  /** What guests read, whoever prints it. */
  readonly language: ConsoleLanguage
  /** The same cards in each language. */
  readonly hrefIn: (language: ConsoleLanguage) => string
  readonly words: ConsoleWords
  readonly time: PageTime
  /** Other work has its turn. */
  turn(): Promise<void>
}

/** Cards for guests, on A4; what only the staff needs stays off the paper. */
export async function keyCardsContent(shown: KeyCardsShown): Promise<Html> {
  const { cards, language, hrefIn, words } = shown
  const { keys } = words
  const languages = CONSOLE_LANGUAGES.map((code) => {
    const { name, tag } = CONSOLE_WORDS[code]
    const current = code === language ? html` aria-current="true"` : null
    return html`<li><a href="${hrefIn(code)}" hreflang="${tag}" lang="${tag}"${current}>${name}</a></li>`
  })
  const tools = html`<section class="card inside spread off-paper"><div class="spread"><button class="button" type="button" data-prints hidden>${keys.print}</button><a class="button quiet" href="${CONSOLE.keys}">${keys.back}</a></div><div class="spread"><span class="soft">${keys.cardLanguage}</span><ul class="languages" aria-label="${keys.cardLanguage}">${languages}</ul></div><p class="soft">${keys.printHint}</p></section>`
  const papers: Html[] = []
  for (const { found, link } of cards) {
    const { number, key } = found
    papers.push(
      html`<li class="card-of"><p class="off-paper"><a href="${keyPath(number)}">${whomOf(number, key, words)}</a></p>${cardOf(found, link, shown)}</li>`,
    )
    // A QR code takes some milliseconds.
    await shown.turn()
  }
  return html`${tools}<ul class="key-cards">${papers}</ul>`
}

/** Never the note: it is the staff's. */
function cardOf({ key, lock }: FoundTempKey, link: string, { site, language, time }: KeyCardsShown): Html {
  const { locale, tag, keys } = CONSOLE_WORDS[language]
  const { guest } = keys
  const told = { timeZone: time.timeZone, locale }
  const at = (atMs: number): string =>
    `${siteFormatter('dateWithYear', told).format(atMs)}, ${siteFormatter('timeWithZone', told).format(atMs)}`
  const way = lock.directions === null ? null : html`<p class="way"><b>${guest.way}</b> ${lock.directions}</p>`
  const contact =
    site.contact === null ? null : html`<p><b>${guest.call}</b> ${contactLine(site.contact, language)}</p>`
  const signIn = key.accessMode === 'public' ? '' : ` ${guest.signIn}`
  return html`<article class="key-card" lang="${tag}"><header>${site.name}</header><div class="scan">${linkQr(link, keys.qrOf(lock.name))}<div><p>${guest.yourKey}</p><h2>${lock.name}</h2><dl><dt>${guest.from}</dt><dd>${at(key.validFromMs)}</dd><dt>${guest.until}</dt><dd>${at(key.validUntilMs)}</dd></dl></div></div><p>${guest.how}${signIn}</p>${way}${contact}<p><code>${link}</code></p></article>`
}
