import { LANGUAGE_CODES } from '#http/words/language-codes.ts'
import { LANGUAGE_PARAMETER, LANGUAGES } from '#http/words/languages.ts'
import type { GuestPage } from './guest-page.ts'
import { Html, html } from './html.ts'

const GLOBE = new Html(
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18"/></svg>',
)

/** Plain links, because it must work without scripts: each shows this page in another language, which is then remembered. */
export function languageSwitchOf({ here, words }: GuestPage): Html | null {
  if (here === null) return null
  const links = LANGUAGE_CODES.map((code) => {
    const { tag, direction, name } = LANGUAGES[code]
    const href = `${here}${here.includes('?') ? '&' : '?'}${LANGUAGE_PARAMETER}=${code}`
    const current = code === words.language ? html` aria-current="true"` : null
    return html`<a href="${href}" lang="${tag}" hreflang="${tag}" dir="${direction}"${current}>${name}</a>`
  })
  return html`<details id="languages"><summary>${GLOBE}<span>${words.languages}: </span>${words.name}</summary><nav aria-label="${words.languages}">${links}</nav></details>`
}
