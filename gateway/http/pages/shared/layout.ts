import { hash } from 'node:crypto'
import type { Contact } from '#http/contract/http-deps.ts'
import { GUEST_SCRIPT } from '#http/pages/guest/guest-script.ts'
import { isWell, SCENES, type SceneName } from '#http/pages/guest/scenes.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import type { LanguageCode } from '#http/words/language-codes.ts'
import { barOf, callOf, controlOf } from './bar.ts'
import { countdownOf } from './countdown.ts'
import { guideOf, logoOf } from './door-guide.ts'
import type { Changes, GuestPage } from './guest-page.ts'
import { Html, html } from './html.ts'
import { languageSwitchOf } from './language-switch.ts'
import { PICTURES } from './pictures.ts'
import { CSS } from './style.ts'

const hashed = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`

/** Nothing from elsewhere, forms only to ourselves; the one style sheet and the one script are known by their hashes. */
export const PAGE_CSP = [
  "default-src 'none'",
  `style-src ${hashed(CSS)}`,
  `script-src ${hashed(GUEST_SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function renderPage(page: GuestPage): Html {
  const { site, words, scene, door, refresh } = page
  const { headline } = words.scenes[scene]
  const again =
    refresh === null
      ? null
      : html`<noscript><meta http-equiv="refresh" content="${refresh.afterS};url=${refresh.href}"></noscript>`
  return html`<!doctype html>
<html lang="${words.tag}" dir="${words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
${again}<title>${headline} – ${site.name}</title>
<link rel="icon" href="data:,">
<style>${new Html(CSS)}</style>
</head>
<body>
<header>${logoOf(site)}<b>${site.name}</b>${languageSwitchOf(page)}</header>
<main class="${SCENES[scene].tone}"${dataOf(page)}>
<p id="door">${door === null ? null : html`<span>${words.door}: </span><bdi>${door}</bdi>`}</p>
<div id="picture">${pictureOf(scene)}</div>
<div id="said" role="status">${saidOf(page)}</div>
<div id="facts">${countdownOf(page)}${factsOf(page)}${guideOf(page.guide, door, words)}</div>
<div id="help">${isWell(scene) ? null : helpOf(site.contact, page.code, words)}</div>
<div id="foot">${signOutOf(page)}</div>
<div id="bar">${barOf(page)}</div>
</main>
${appSignInOf(page)}${page.changes === null ? null : templatesOf(page, page.changes)}<script>${new Html(GUEST_SCRIPT)}</script>
</body>
</html>
`
}

function dataOf({ scene, changes }: GuestPage): readonly Html[] {
  const data: Record<string, string | number | null | undefined> = {
    tone: SCENES[scene].tone,
    self: changes?.self,
    key: changes?.key,
    shows: changes?.shows,
    'check-s': changes?.checkEveryS,
    'changes-ms': changes?.changesInMs,
    opening: changes?.opening?.openingId,
    state: changes?.opening?.state,
  }
  return Object.entries(data).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : html` data-${new Html(name)}="${value}"`,
  )
}

const pictureOf = (scene: SceneName): Html =>
  html`<div><svg viewBox="0 0 96 96" aria-hidden="true">${new Html(PICTURES[SCENES[scene].picture])}</svg></div>`

function saidOf({ words, scene, said, after }: Pick<GuestPage, 'words' | 'scene' | 'said' | 'after'>): Html {
  const { headline, text } = words.scenes[scene]
  // The script shows it: where none runs, nothing changes by itself.
  const promise = scene === 'unconfirmed' ? html`<p data-by-script hidden>${words.changesByItself}</p>` : null
  // A full stop as wide as a letter has its gap in itself.
  const sentences = [...said, text, ...after].join(' ').replaceAll('。 ', '。')
  return html`<h1 tabindex="-1">${headline}</h1><p>${sentences}</p>${promise}`
}

function factsOf({ facts }: GuestPage): Html | null {
  if (facts.length === 0) return null
  const rows = facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)
  return html`<dl>${rows}</dl>`
}

/** Whom to ask and what to tell them; their number stands in the bar. */
function helpOf(contact: Contact | null, code: string, words: GuestWords): Html {
  const who =
    contact === null
      ? null
      : html`<p class="who"><bdi>${contact.name}</bdi> <bdi>${contactText(contact, words.language)}</bdi></p>`
  const shown = html`<p class="code">${words.code} <b dir="ltr">${code.slice(0, 3)}<i></i>${code.slice(3)}</b></p>`
  return html`<div class="contact">${who}${shown}</div>`
}

/** In the guest's language, or in the one that most guests read. */
function contactText({ text }: Contact, language: LanguageCode): string {
  if (text === null || typeof text === 'string') return text ?? ''
  return text[language] ?? text.en ?? Object.values(text)[0] ?? ''
}

const signOutOf = ({ signedInFor, words }: GuestPage): Html | null =>
  signedInFor === null
    ? null
    : html`<form method="post" action="/session/end"><input type="hidden" name="key" value="${signedInFor}"><button class="plain" type="submit">${words.signOut}</button></form>`

/** Filled in and submitted by an app that shows this page in a view of its own (docs/operations.md). */
const appSignInOf = ({ signInState }: GuestPage): Html | null =>
  signInState === null
    ? null
    : html`<form id="session" method="post" action="/session" hidden><input type="hidden" name="state" value="${signInState}"><input type="hidden" name="token"></form>
`

/** What the script shows before an answer is there, and when none comes: on each page that may come to have a button. */
function templatesOf({ site, words, code }: GuestPage, { self }: Changes): Html {
  const scene = (name: SceneName, rest: Html): Html =>
    html`<div data-tone="${SCENES[name].tone}"><div id="picture">${pictureOf(name)}</div><div id="said">${saidOf({ words, scene: name, said: [], after: [] })}</div>${rest}</div>`
  const look = controlOf({ kind: 'link', href: self, label: words.lookAgain })
  const call = callOf(site.contact, words, false)
  const lost = html`<div id="bar"><div id="control">${look}</div>${call}</div><div id="help">${helpOf(site.contact, code, words)}</div>`
  return html`<template id="opening" data-label="${words.scenes.opening.headline}">${scene('opening', html`<div id="help"></div>`)}</template><template id="no-connection">${scene('no-connection', lost)}</template>`
}
