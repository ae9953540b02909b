import { ROLES, type StaffRole } from '#domain/access/roles.ts'
import type { Site } from '#http/contract/http-deps.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { CONSOLE_WORDS } from '#http/words/console/console-languages.ts'
import { CONSOLE_LANGUAGES, type ConsoleWords } from '#http/words/console/console-words.ts'
import { LANGUAGE_PARAMETER } from '#http/words/languages.ts'
import { SCRIPT, STYLE } from './console-assets.ts'
import { CONSOLE } from './console-paths.ts'
import { type IconName, icon } from './icons.ts'
import { alarmCountOf, mutesBannerOf, type PageNews } from './page-news.ts'
import type { PageTime } from './times.ts'

/** What stands around every page, whatever is on it. */
export interface ConsoleFrame {
  readonly site: Pick<Site, 'name' | 'timeZone'>
  readonly words: ConsoleWords
  readonly time: PageTime
  /** Path and query that show this page again, in another language too. */
  readonly here: string
  /** Null where nobody has signed in yet. */
  readonly person: Person | null
  readonly news: PageNews
}

export type Place = 'doors' | 'keys' | 'alarms' | 'log' | 'health'

/** Who is signed in, and the token that each form of theirs carries. */
export interface Person {
  readonly name: string
  readonly role: StaffRole
  readonly formToken: string
}

export interface ConsolePage {
  readonly frame: ConsoleFrame
  readonly title: string
  /** Which entry of the navigation it belongs to; null for none. */
  readonly place: Place | null
  readonly content: Html
  /** Where the page follows what happens; null for one that stands still. */
  readonly stream: string | null
}

const PLACES = ['doors', 'keys', 'alarms', 'log', 'health'] as const satisfies readonly (Place & IconName)[]

export function consolePage({ frame, title, place, content, stream }: ConsolePage): Html {
  const { site, words, person, news } = frame
  return html`<!doctype html>
<html lang="${words.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>${title} – ${site.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE.path}">
<script src="${SCRIPT.path}" defer></script>
</head>
<body${person === null ? html` class="outside"` : null}>
<a class="skip" href="#main">${words.frame.skip}</a>
<header class="top"><a class="brand" href="${CONSOLE.home}">${icon('brand')}<b>${site.name}</b></a>${person === null ? null : navigationOf(frame, place)}<div class="tools">${stream === null ? null : html`<span class="live" id="live" hidden>${words.frame.live}</span>`}${personOf(frame)}</div></header>
<aside class="notices" aria-label="${words.frame.notices}">${linesOf(words, stream)}${person === null ? null : mutesBannerOf(news.mutes, words, frame.time)}</aside>
<main id="main" tabindex="-1"${stream === null ? null : html` data-stream="${stream}" data-zone="${site.timeZone}"`}>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
}

function navigationOf({ words, news, person }: ConsoleFrame, place: Place | null): Html {
  const seesKeys = person !== null && ROLES[person.role].scopes.includes('keys:read')
  const links = PLACES.filter((name) => name !== 'keys' || seesKeys).map((name) => {
    const current = name === place ? html` aria-current="page"` : null
    const count = name === 'alarms' ? alarmCountOf(news.standing, words) : null
    return html`<li><a href="${CONSOLE[name]}"${current}>${icon(name)}<span>${words.frame[name]}</span>${count}</a></li>`
  })
  return html`<nav class="places" aria-label="${words.frame.pages}"><ul>${links}</ul></nav>`
}

/** Shown by the script when they become true. */
function linesOf({ frame }: ConsoleWords, stream: string | null): Html | null {
  if (stream === null) return null
  return html`<div role="status"><p class="line bad" id="lost" data-text="${frame.lost}" hidden></p><p class="line bad" id="ended" hidden>${frame.ended} <a href="${CONSOLE.signIn}">${frame.signInAgain}</a></p><p class="line info" id="changed" hidden>${frame.changed} <button class="button quiet" type="button">${frame.show}</button></p></div>`
}

/** Who is signed in, the language, and the way out: plain links and a form, because it must work without scripts. */
function personOf({ words, person, here }: ConsoleFrame): Html {
  const languages = CONSOLE_LANGUAGES.map((code) => {
    const { tag, name } = CONSOLE_WORDS[code]
    const href = `${here}${here.includes('?') ? '&' : '?'}${LANGUAGE_PARAMETER}=${code}`
    const current = code === words.language ? html` aria-current="true"` : null
    return html`<li><a href="${href}" lang="${tag}" hreflang="${tag}"${current}>${name}</a></li>`
  })
  const choice = html`<ul class="languages" aria-label="${words.frame.language}">${languages}</ul>`
  if (person === null) return choice
  return html`<details class="menu"><summary>${icon('person')}<span>${person.name}</span></summary><div class="sheet"><p><b>${person.name}</b><br>${words.frame.roles[person.role]}</p>${choice}<form method="post" action="${CONSOLE.signOut}"><input type="hidden" name="formToken" value="${person.formToken}"><button class="button quiet" type="submit">${words.frame.signOut}</button></form></div></details>`
}
