import { hash } from 'node:crypto'
import { html } from 'ghtml'
import type { Site } from '#http/http-deps.ts'

export type Tone = 'ready' | 'good' | 'bad' | 'wait' | 'closed'

/** What a guest sees: one state, in words, and at most one thing to do. */
export interface GuestPage {
  readonly site: Site
  readonly tone: Tone
  readonly headline: string
  readonly text: readonly string[]
  /** The door's name; null when the caller may not know it. */
  readonly door: string | null
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly button: { readonly action: string; readonly label: string } | null
  readonly link: { readonly href: string; readonly label: string } | null
  /** The page asks again by itself after so many seconds; null for never. */
  readonly refreshAfterS: number | null
  readonly requestId: string | null
}

const CSS = `
:root{color-scheme:light dark;--ground:#f5f4f1;--card:#fff;--ink:#1d1d1f;--soft:#5c5c63;--line:#dddbd5;--accent:#1b5e46;--on:#fff;
--ready:#1b5e46;--good:#1b7a3d;--bad:#b3261e;--wait:#8a5300;--closed:#5c5c63}
@media(prefers-color-scheme:dark){:root{--ground:#141416;--card:#1e1e21;--ink:#f1f1f3;--soft:#a9a9b2;--line:#34343a;--accent:#4cc38a;--on:#06170f;
--ready:#4cc38a;--good:#5fd38d;--bad:#ff8a80;--wait:#ffbf5c;--closed:#a9a9b2}}
*{box-sizing:border-box}
html{height:100%;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100%;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);
font:1.0625rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{width:100%;max-width:28rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.25rem;color:var(--soft);font-size:.9375rem}
header b{color:var(--ink);display:block;font-size:1rem}
main{flex:1;display:flex;flex-direction:column;padding-top:1.25rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.5rem 1.25rem}
.door{margin:0 0 1rem;font-size:1.0625rem;color:var(--soft)}
.door b{color:var(--ink);display:block;font-size:1.375rem;line-height:1.25}
.state{display:flex;gap:.875rem;align-items:flex-start}
.state svg{flex:none;width:2.25rem;height:2.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.ready svg,.ready h1{color:var(--ready)}.good svg,.good h1{color:var(--good)}.bad svg,.bad h1{color:var(--bad)}
.wait svg,.wait h1{color:var(--wait)}.closed svg,.closed h1{color:var(--closed)}
h1{margin:.1875rem 0 .25rem;font-size:1.375rem;line-height:1.25}
.state p{margin:.25rem 0 0}
dl{margin:1.25rem 0 0;font-size:.9375rem;border-top:1px solid var(--line)}
dl div{display:flex;gap:1rem;justify-content:space-between;padding:.625rem 0;border-bottom:1px solid var(--line)}
dl div:last-child{border-bottom:0;padding-bottom:0}
dt{color:var(--soft);flex:none}
dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
form{margin:1.25rem 0 0}
button,.link{display:block;width:100%;min-height:4.25rem;border-radius:1rem;font:inherit;font-weight:600;text-align:center}
button{border:0;background:var(--accent);color:var(--on);font-size:1.5rem;cursor:pointer;touch-action:manipulation}
button:active{transform:scale(.985);opacity:.85}
.link{margin-top:1rem;min-height:3.25rem;padding:.8125rem 1rem;border:1px solid var(--line);background:var(--card);color:var(--ink);text-decoration:none}
button:focus-visible,.link:focus-visible{outline:3px solid var(--ready);outline-offset:3px}
footer{padding-top:1.25rem;padding-bottom:1.25rem;color:var(--soft);font-size:.8125rem}
`

/** No script, nothing from elsewhere, forms only to ourselves; the one style sheet is known by its hash. */
export const PAGE_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', CSS, 'base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const ICON_PATHS: Record<Tone, string> = {
  ready: 'M8 10.5V8a4 4 0 0 1 8 0v2.5M6 10.5h12v9H6zM12 14v2.5',
  good: 'M4.5 12.5l5 5 10-11',
  bad: 'M6 6l12 12M18 6L6 18',
  wait: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2',
  closed: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM6 6l12 12',
}

/** ghtml escapes each value; `!` before a value says that it is HTML already, and stands only before our own. */
export function renderPage(page: GuestPage): string {
  const { site, tone, door, button, link } = page
  const facts = page.facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`).join('')
  const text = page.text.map((sentence) => html`<p>${sentence}</p>`).join('')
  const refresh =
    page.refreshAfterS === null ? '' : html`<meta http-equiv="refresh" content="${String(page.refreshAfterS)}">`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
!${refresh}<title>${page.headline} – ${site.name}</title>
<link rel="icon" href="data:,">
<style>!${CSS}</style>
</head>
<body>
<header><b>${site.name}</b>${site.organization ?? ''}</header>
<main>
<div class="card ${tone}">
!${door === null ? '' : html`<p class="door">Door<b>${door}</b></p>`}
<div class="state" role="status"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICON_PATHS[tone]}"/></svg><div><h1>${page.headline}</h1>!${text}</div></div>
!${facts === '' ? '' : html`<dl>!${facts}</dl>`}
</div>
!${button === null ? '' : html`<form method="post" action="${button.action}"><button type="submit">${button.label}</button></form>`}
!${link === null ? '' : html`<a class="link" href="${link.href}">${link.label}</a>`}
</main>
<footer>!${page.requestId === null ? '' : html`If you ask for help, mention ${page.requestId}.`}</footer>
</body>
</html>
`
}
