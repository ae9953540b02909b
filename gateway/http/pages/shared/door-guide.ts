import type { Picture } from '#domain/pictures/picture.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import { type Html, html } from './html.ts'

/** What helps to find the door, where somebody said or showed it. */
export interface DoorGuide {
  readonly directions: string | null
  readonly picture: Picture | null
}
export const NO_GUIDE: DoorGuide = { directions: null, picture: null }

/** Its name stands beside it, so that a screen reader would only say it twice. */
export function logoOf({ logo }: Site): Html | null {
  const picture = logo()
  return picture === null ? null : html`<img class="logo" ${shown(picture)} alt="">`
}

export function guideOf({ directions, picture }: DoorGuide, door: string | null, words: GuestWords): Html | null {
  if (door === null || (directions === null && picture === null)) return null
  const photo =
    picture === null
      ? null
      : html`<details><summary><img ${shown(picture)} alt="${words.pictureOf(door)}"></summary></details>`
  const way = directions === null ? null : html`<figcaption><b>${words.wayToDoor}</b> ${directions}</figcaption>`
  return html`<figure class="guide">${photo}${way}</figure>`
}

/** In the page itself: one request, to one host, and a type that is ours to say. */
const shown = ({ webp, widthPx, heightPx }: Picture): Html =>
  html`src="data:image/webp;base64,${Buffer.from(webp).toString('base64')}" width="${widthPx}" height="${heightPx}"`

/** A logo may be dark on nothing, so it has a light ground by night too. A tap on the photo's strip shows all of it. */
export const GUIDE_CSS = `
.logo{display:block;flex:none;width:auto;height:2rem;max-width:30%;object-fit:contain;border-radius:.375rem}
header:has(.logo){flex-wrap:nowrap}header:has(.logo) b{flex:1;min-width:0}
@media(max-width:360px){header:has(.logo) summary{font-size:0}}
@media(max-width:260px){.logo{display:none}}
@media(prefers-color-scheme:dark){.logo{background:#fff;padding:.25rem .5rem}}
.guide{margin:.75rem 0 0;border-radius:.875rem;background:var(--card);border:1px solid var(--line);overflow:hidden;text-align:start}
.guide summary{display:block;min-height:0;padding:0;border-radius:0;cursor:zoom-in}
.guide summary:focus-visible{outline-offset:-3px}
.guide details[open] summary{cursor:zoom-out}
.guide img{display:block;width:100%;height:clamp(5rem,15vh,12rem);object-fit:cover}
.guide details[open] img{height:auto}
.guide figcaption{padding:.5rem .875rem;font-size:.9375rem;white-space:pre-line}
.guide b{display:block}
main:has(.guide) #picture div{width:clamp(3rem,11vh,8rem)}
`
