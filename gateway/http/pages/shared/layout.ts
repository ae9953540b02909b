import { hash } from 'node:crypto'
import type { Contact, Site } from '#http/contract/http-deps.ts'
import { GUEST_SCRIPT } from '#http/pages/guest/guest-script.ts'
import { isWell, SCENES, type SceneName } from '#http/pages/guest/scenes.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'
import { type DoorGuide, guideOf, logoOf } from './door-guide.ts'
import { Html, html } from './html.ts'
import { PICTURES } from './pictures.ts'
import { CSS } from './style.ts'

/** The one big thing to do. `open` acts; `quiet` where it is not what most people want next. */
export type Control =
  | { readonly kind: 'open'; readonly action: string; readonly label: string; readonly quiet: boolean }
  | { readonly kind: 'hand-over'; readonly handle: string; readonly state: string; readonly label: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }

/** What lets the script follow a page that may change; without scripts a link does. */
export interface Changes {
  /** Where the page is got again. */
  readonly self: string
  /** The key's own path, which tells in JSON whether anything changed, and what this page shows of it. */
  readonly key: string
  readonly shows: string
  readonly checkEveryS: number | null
  /** The opening to follow, in the state that this page shows. */
  readonly opening: { readonly openingId: string; readonly state: string } | null
  /** Elapsed: when the key's window begins or ends. */
  readonly changesInMs: number | null
}

/** What a guest sees: one thing that is so, in words and a picture, and at most one big thing to do. */
export interface GuestPage {
  readonly site: Site
  readonly words: GuestWords
  readonly scene: SceneName
  /** Sentences before the scene's own. */
  readonly said: readonly string[]
  /** And behind it. */
  readonly after: readonly string[]
  /** The door's name; null when the caller may not know it. */
  readonly door: string | null
  /** Shown with the door's name, or not at all. */
  readonly guide: DoorGuide
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly countdownMs: number | null
  readonly control: Control | null
  /** Only where no scripts run: with them, the page changes by itself. */
  readonly plainLink: { readonly href: string; readonly label: string } | null
  /** Six characters that staff can search for. */
  readonly code: string
  readonly changes: Changes | null
  /** Without scripts the page asks again after so many seconds; null for never. */
  readonly refreshAfterS: number | null
  /** The key whose page a person signs out on; null when nobody is signed in here. */
  readonly signedInFor: TempKeyUuid | null
  /** What an app that shows this page posts together with its own token; null where nobody signs in. */
  readonly signInState: string | null
}

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
  const { site, words, scene, door } = page
  const { headline } = words.scenes[scene]
  const refresh =
    page.refreshAfterS === null
      ? null
      : html`<noscript><meta http-equiv="refresh" content="${page.refreshAfterS}"></noscript>`
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
${refresh}<title>${headline} – ${site.name}</title>
<link rel="icon" href="data:,">
<style>${new Html(CSS)}</style>
</head>
<body>
<header>${logoOf(site)}<b>${site.name}</b>${site.organization === null ? null : html` · ${site.organization}`}</header>
<main class="${SCENES[scene].tone}"${dataOf(page)}>
<p id="door">${door === null ? null : html`<span>${words.door}: </span>${door}`}</p>
<div id="picture">${pictureOf(scene)}</div>
<div id="said" role="status">${saidOf(words, scene, page.said, page.after)}</div>
<div id="facts">${countdownOf(page)}${factsOf(page)}${guideOf(page.guide, door, words)}</div>
<div id="control">${controlOf(page.control)}${plainLinkOf(page)}</div>
<div id="help">${isWell(scene) ? null : helpOf(site.contact, page.code, words)}</div>
</main>
<footer id="foot">${signOutOf(page)}</footer>
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

function saidOf(
  words: GuestWords,
  scene: SceneName,
  before: readonly string[] = [],
  after: readonly string[] = [],
): Html {
  const { headline, text } = words.scenes[scene]
  return html`<h1 tabindex="-1">${headline}</h1><p>${[...before, text, ...after].join(' ')}</p>`
}

function countdownOf({ words, countdownMs }: GuestPage): Html | null {
  if (countdownMs === null) return null
  const left = html`<b data-left-ms="${countdownMs}" data-units="${words.units.join(' ')}">${timeLeft(countdownMs, words)}</b>`
  return html`<p class="count" role="timer">${words.opensIn} ${left}</p>`
}

/** The two largest units; the script counts on in the same form. */
export function timeLeft(leftMs: number, { units }: GuestWords): string {
  const s = Math.max(0, Math.ceil(leftMs / 1_000))
  const parts = [Math.floor(s / 86_400), Math.floor(s / 3_600) % 24, Math.floor(s / 60) % 60, s % 60]
  const first = s > 0 ? parts.findIndex((part) => part > 0) : parts.length - 1
  return parts
    .map((part, at) => `${part} ${units[at]}`)
    .slice(first, first + 2)
    .join(' ')
}

function factsOf({ facts }: GuestPage): Html | null {
  if (facts.length === 0) return null
  const rows = facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)
  return html`<dl>${rows}</dl>`
}

function controlOf(control: Control | null): Html | null {
  if (control === null) return null
  if (control.kind === 'link') return html`<a class="big" href="${control.href}">${control.label}</a>`
  if (control.kind === 'hand-over') {
    const { handle, state, label } = control
    return html`<form id="handover" method="post" action="/session/finish"><input type="hidden" name="handle" value="${handle}"><input type="hidden" name="state" value="${state}"><button class="big" type="submit">${label}</button></form>`
  }
  const look = control.quiet ? 'small' : 'big'
  return html`<form method="post" action="${control.action}" data-open><button class="${look}" type="submit">${control.label}</button></form>`
}

const plainLinkOf = ({ plainLink, control }: GuestPage): Html | null =>
  plainLink === null
    ? null
    : html`<noscript><a class="${control === null ? 'big' : 'plain'}" href="${plainLink.href}">${plainLink.label}</a></noscript>`

const RECEIVER = new Html(
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 3h4l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2z"/></svg>',
)

function helpOf(contact: Contact | null, code: string, words: GuestWords): Html {
  const shown = html`<p class="code">${words.code} <b>${code.slice(0, 3)}<i></i>${code.slice(3)}</b></p>`
  if (contact === null) return shown
  const { name, phone, text } = contact
  const call =
    phone === null
      ? null
      : html`<a class="call" href="tel:${digitsOf(phone)}" aria-label="${words.call(phone)}">${RECEIVER}${phone}</a>`
  const who = html`<p class="who"><b>${name}</b> ${text ?? ''}</p>`
  return html`<div class="contact">${who}${call}${shown}</div>`
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

/** `+49 (0)30` is dialled as `+4930`: that 0 is for callers inside the country alone. */
const digitsOf = (phone: string): string =>
  (phone.startsWith('+') ? phone.replaceAll('(0)', '') : phone).replaceAll(/[^+\d]/g, '')

/** What the script shows before an answer is there, and when none comes: on each page that may come to have a button. */
function templatesOf({ site, words, code }: GuestPage, { self }: Changes): Html {
  const scene = (name: SceneName, rest: Html): Html =>
    html`<div data-tone="${SCENES[name].tone}"><div id="picture">${pictureOf(name)}</div><div id="said">${saidOf(words, name)}</div>${rest}</div>`
  const look = controlOf({ kind: 'link', href: self, label: words.lookAgain })
  const lost = html`<div id="control">${look}</div><div id="help">${helpOf(site.contact, code, words)}</div>`
  return html`<template id="opening" data-label="${words.scenes.opening.headline}">${scene('opening', html`<div id="help"></div>`)}</template><template id="no-connection">${scene('no-connection', lost)}</template>`
}
