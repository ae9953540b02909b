import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { CONSOLE, withQuery } from '#http/pages/console/console-paths.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleLanguage, ConsoleWords } from '#http/words/console/console-words.ts'
import { linkQr } from './qr-code.ts'

/** What a guest is given of a key. */
export type HandOver =
  | { readonly kind: 'over' }
  /** Nobody knows by which address guests come. */
  | { readonly kind: 'no-link' }
  | {
      readonly kind: 'link'
      readonly link: string
      readonly messages: readonly { readonly language: ConsoleLanguage; readonly name: string; readonly text: string }[]
      /** A phone can come to that address. */
      readonly isInReach: boolean
    }

export function handOverCard(handOver: HandOver, { number, lock }: FoundTempKey, words: ConsoleWords): Html {
  const { keys } = words
  return html`<section class="card" id="hand-over"><h2>${keys.link}</h2><div class="inside stack">${contentOf()}</div></section>`

  function contentOf(): Html {
    if (handOver.kind === 'over') return html`<p class="soft">${keys.over}</p>`
    if (handOver.kind === 'no-link') return html`<div class="notice warn"><p>${keys.noLink}</p></div>`
    const { link, messages, isInReach } = handOver
    const warning = isInReach ? null : html`<div class="notice warn"><p>${keys.outOfReach}</p></div>`
    const own = [...messages].sort(
      (a, b) => Number(b.language === words.language) - Number(a.language === words.language),
    )
    const said = own.map(
      ({ language, name, text }, at) =>
        html`<details${at === 0 ? html` open` : null}><summary>${keys.message} (${name})</summary><p class="said message" lang="${language}">${text}</p></details>`,
    )
    return html`${warning}<p><code class="link">${link}</code></p><p class="soft">${keys.linkHint}</p>${linkQr(link, keys.qrOf(lock.name))}<p><a class="button" href="${withQuery(CONSOLE.keyCards, { keys: number })}">${keys.card}</a></p>${said}`
  }
}
