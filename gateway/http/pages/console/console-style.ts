import { ONE_DOOR_CSS } from './door/one-door-style.ts'
import { DOORS_CSS } from './doors-style.ts'
import { KEYS_CSS } from './keys/keys-style.ts'
import { PAGES_CSS } from './pages-style.ts'

/** A shape as a mask, so that it takes the colour of the words beside it. */
const shape = (drawn: string): string =>
  `url("data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${drawn}</svg>`)}")`

const CHECK_DISC = '<circle cx="8" cy="8" r="8" fill="#000" stroke="none"/>'
const GOOD = shape(CHECK_DISC)
const BAD = shape('<path d="M3 3l10 10M13 3L3 13" stroke-width="3"/>')
const WARN = shape('<path d="M8 1.5 15 14H1z" fill="#000"/>')
const IDLE = shape('<circle cx="8" cy="8" r="6"/>')
const INFO = shape('<path d="M8 2 14 8l-6 6-6-6z" fill="#000"/>')

/**
 * The one style sheet of the console: colours, layout, and what pages are made of. Every pair of text and ground has
 * 4.5:1 or more, in light and in dark.
 */
export const CONSOLE_CSS = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--raised:#fbfbfc;--ink:#171a1f;--soft:#56606e;--line:#dfe3e8;--edge:#8b95a3;--accent:#0b5d52;--on:#fff;--accent-t:#dcefeb;
--good:#14663c;--bad:#ad1f17;--warn:#855000;--idle:#56606e;--info:#1d5288;--good-t:#e1f3e8;--bad-t:#fce8e6;--warn-t:#fdf0d5;--idle-t:#e9ecf0;--info-t:#e3eefa;
--bar:#fff;--gap:1.25rem;--round:.75rem;--top:3.5rem}
@media(prefers-color-scheme:dark){:root{--ground:#0e1013;--card:#171a1f;--raised:#1c2026;--ink:#eceff3;--soft:#a6afbc;--line:#2a3038;--edge:#6b7583;--accent:#62d2bd;--on:#04211c;--accent-t:#14342f;
--good:#6fd79b;--bad:#ff9a91;--warn:#f5c063;--idle:#a6afbc;--info:#8fc0f5;--good-t:#14301f;--bad-t:#401c19;--warn-t:#382a0e;--idle-t:#262b33;--info-t:#17293d;--bar:#14171b}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding:calc(var(--top) + 1rem) 0 5rem}
body{margin:0;min-height:100vh;min-height:100dvh;background:var(--ground);color:var(--ink);font:.9375rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1,h2,h3,p,ul,ol,dl,dd,figure,fieldset,legend{margin:0;padding:0}
ul{list-style:none}
fieldset{border:0;min-width:0}
h1{font-size:1.5rem;line-height:1.2;letter-spacing:-.01em}
h2{font-size:1.0625rem;line-height:1.3}
h3{font-size:1rem;line-height:1.3}
a{color:var(--accent);text-underline-offset:.15em}
[hidden]{display:none!important}
time{white-space:nowrap}
code{font:.9em ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.soft{color:var(--soft)}
.unseen,caption,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.25rem}
main:focus{outline:0}
.skip:focus{position:fixed;z-index:9;inset:.5rem auto auto .5rem;padding:.75rem 1rem;background:var(--card);border-radius:.5rem}
.icon{flex:none;width:1.25rem;height:1.25rem;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.top{position:sticky;top:0;z-index:5;display:flex;align-items:center;gap:1.5rem;min-height:var(--top);padding:0 max(var(--gap),env(safe-area-inset-right)) 0 max(var(--gap),env(safe-area-inset-left));background:var(--bar);border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:.5rem;min-width:0;min-height:2.75rem;color:var(--ink);text-decoration:none}
.brand .icon{color:var(--accent)}
.brand b{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.places ul{display:flex;gap:.25rem}
@media(min-width:760px) and (max-width:899px){.places a .icon{display:none}}
.places a{position:relative;display:flex;align-items:center;gap:.5rem;min-height:var(--top);padding:0 .75rem;color:var(--soft);text-decoration:none;font-weight:600}
.places a:hover{color:var(--ink)}
.places a[aria-current]{color:var(--accent);box-shadow:inset 0 -3px 0 currentColor}
.count{display:inline-flex;align-items:center;justify-content:center;min-width:1.375rem;height:1.375rem;padding:0 .375rem;border-radius:1rem;background:var(--bad);color:var(--card);font-size:.8125rem;font-weight:700;font-variant-numeric:tabular-nums}
.tools{display:flex;align-items:center;gap:.75rem;margin-inline-start:auto}
.live{display:inline-flex;align-items:center;gap:.375rem;color:var(--good);font-size:.8125rem;font-weight:600}
.live::before{content:"";width:.5rem;height:.5rem;border-radius:50%;background:currentColor}
.menu{position:relative}
.menu summary{display:flex;align-items:center;gap:.375rem;min-height:2.5rem;padding:0 .5rem;border-radius:.5rem;cursor:pointer;list-style:none;font-weight:600;white-space:nowrap}
.menu summary::-webkit-details-marker{display:none}
.menu summary span{max-width:12rem;overflow:hidden;text-overflow:ellipsis}
.menu summary:hover{background:var(--idle-t)}
.sheet{position:absolute;z-index:6;inset:calc(100% + .25rem) 0 auto auto;display:grid;gap:.75rem;min-width:min(14rem,100vw - 2rem);max-width:calc(100vw - 2rem);padding:1rem;border:1px solid var(--line);border-radius:var(--round);background:var(--card);box-shadow:0 .75rem 2rem #0004}
.sheet .button{width:100%}
.languages{display:flex;flex-wrap:wrap;gap:.25rem}
@media(max-width:359px){.sheet{position:fixed;inset:var(--top) .5rem auto}}
.languages a{display:flex;align-items:center;min-height:2rem;padding:0 .625rem;border-radius:.5rem;color:var(--ink)}
.languages a[aria-current]{background:var(--accent-t);font-weight:700;text-decoration:none}
.line{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .75rem;padding:.5rem max(var(--gap),env(safe-area-inset-right)) .5rem max(var(--gap),env(safe-area-inset-left));border-bottom:1px solid var(--line)}
.line ul{display:flex;flex-wrap:wrap;gap:.125rem 1rem}
.line a{display:inline-flex;align-items:center;min-height:1.5rem}
.line.warn,.notice.warn{background:var(--warn-t)}.line.bad,.notice.bad{background:var(--bad-t)}.line.info,.notice.info{background:var(--info-t)}.notice.good{background:var(--good-t)}
.line.warn>.icon{color:var(--warn)}
main{max-width:96rem;margin:0 auto;padding:var(--gap) max(var(--gap),env(safe-area-inset-right)) 4rem max(var(--gap),env(safe-area-inset-left));display:grid;grid-template-columns:minmax(0,1fr);gap:var(--gap)}
.notice{padding:.75rem 1rem;border-radius:var(--round);border:1px solid var(--line);border-inline-start:4px solid var(--idle)}
.notice.good{border-inline-start-color:var(--good)}.notice.bad{border-inline-start-color:var(--bad)}.notice.info{border-inline-start-color:var(--info)}.notice.warn{border-inline-start-color:var(--warn)}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--round)}
.card>h2,.card>header{padding:.875rem 1rem .625rem}
.empty{padding:2.5rem 1rem;text-align:center;color:var(--soft)}
.empty b{color:var(--ink);font-size:1.0625rem}
.badge{display:inline-flex;align-items:center;gap:.375rem;padding:.0625rem .5625rem .0625rem .4375rem;border-radius:1rem;font-size:.8125rem;font-weight:600;line-height:1.5;white-space:nowrap}
.badge::before{content:"";flex:none;width:.6875rem;height:.6875rem;background:currentColor;mask:var(--shape) center/contain no-repeat;forced-color-adjust:none}
.badge.good{--shape:${GOOD};color:var(--good);background:var(--good-t)}
.badge.bad{--shape:${BAD};color:var(--bad);background:var(--bad-t)}
.badge.warn{--shape:${WARN};color:var(--warn);background:var(--warn-t)}
.badge.idle{--shape:${IDLE};color:var(--idle);background:var(--idle-t)}
.badge.info{--shape:${INFO};color:var(--info);background:var(--info-t)}
.button{display:inline-flex;gap:.375rem;align-items:center;justify-content:center;min-height:2.5rem;padding:.25rem 1rem;border:1px solid transparent;border-radius:.5rem;background:var(--accent);color:var(--on);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
.button.quiet{background:var(--card);border-color:var(--edge);color:var(--ink)}
.button.danger{background:var(--bad);color:var(--card)}
.button:hover{filter:brightness(1.08)}
.button.quiet:hover{background:var(--idle-t);filter:none}
.form{display:grid;gap:1rem;max-width:34rem}
.form.in-line{grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.75rem;align-items:start;max-width:none}
.form.in-line .hint,.form.in-line .error{order:1}.form.in-line .actions{margin-top:1.625rem}
.form.in-line>.notice{grid-column:1/-1}
.field{display:grid;grid-template-columns:minmax(0,1fr);align-content:start;gap:.25rem;min-width:0}
.field label,.field legend{font-weight:600}
.field .choice{font-weight:400}
.hint{color:var(--soft);font-size:.875rem}
.error{color:var(--bad);font-weight:600}
.choices{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
.choice{display:inline-flex;align-items:center;gap:.5rem;min-height:2.25rem;cursor:pointer}
.choice input{width:1.25rem;height:1.25rem;accent-color:var(--accent)}
input:not([type=radio],[type=checkbox]),select,textarea{width:100%;min-height:2.5rem;padding:.375rem .75rem;border:1px solid var(--edge);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit}
[aria-invalid=true]{border-color:var(--bad)!important;border-width:2px}
.actions{display:flex;flex-wrap:wrap;gap:.5rem}
.notice ul{margin-top:.25rem;padding-inline-start:1.25rem;list-style:disc}
.table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
.table th,.table td{padding:.5rem 1rem;text-align:start;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}
.table thead th{padding-block:.375rem;border-top:0;color:var(--soft);font-size:.8125rem;font-weight:600;white-space:nowrap}
.table tbody th{font-weight:600}
.table tbody th .soft{font-weight:400}
.table .number{text-align:end}
.table td a,.table th a{display:inline-flex;align-items:center;min-height:1.5rem}
.pager{display:flex;gap:.5rem;padding:.75rem 1rem}
.outside main{max-width:28rem;padding-top:clamp(1.5rem,9vh,6rem)}.outside .actions .button{flex:1;min-height:2.75rem}.outside input{min-height:2.75rem}
.menu:not([open]) .sheet{display:none}
@media(max-width:1023px){.menu summary span,.menu summary::after{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.menu summary{min-width:2.75rem;justify-content:center}}
@media(max-width:759px){:root{--gap:1rem}
.top{gap:.75rem}
.places{position:fixed;z-index:5;inset:auto 0 0;background:var(--bar);border-top:1px solid var(--line);padding-bottom:env(safe-area-inset-bottom)}
.places ul{justify-content:space-around;gap:0}
.places li{flex:1;min-width:0}
.places a{flex-direction:column;gap:.125rem;min-height:3.5rem;padding:.5rem .125rem .375rem;justify-content:center;font-size:.75rem;line-height:1.2}
.places a[aria-current]{box-shadow:inset 0 3px 0 currentColor}
.places .count{position:absolute;inset:.25rem auto auto calc(50% + .375rem);min-width:1.125rem;height:1.125rem;font-size:.6875rem;padding:0 .25rem}
main{padding-bottom:6rem}
h1{font-size:1.375rem}
.form .actions .button{flex:1}.form.in-line .actions{margin-top:0}}
@media(max-width:899px){.table thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.table,.table tbody{display:block}
.table tr{display:grid;gap:.125rem;padding:.625rem 1rem;border-top:1px solid var(--line)}
.table th,.table td{padding:0;border:0}
.table .number{text-align:start}
.table td[data-label]{display:grid;grid-template-columns:minmax(7.25rem,32%) 1fr;gap:.75rem}
.table td[data-label]::before{content:attr(data-label);color:var(--soft)}
.table td:has(>div:empty){display:none}}
@media(max-width:759px) and (max-height:420px){.places{position:static;border-top:0}.top{position:static;flex-wrap:wrap}.places{order:3;flex:1 0 100%}main{padding-bottom:2rem}}
@media(forced-colors:active){.badge,.count,.card,.button,.notice{border:1px solid}.badge::before{background:CanvasText}.live::before{background:CanvasText;forced-color-adjust:none}.places a[aria-current]{text-decoration:underline;text-decoration-thickness:3px}}
@media(prefers-reduced-motion:no-preference){.fresh{animation:fresh 1.6s ease-out}@keyframes fresh{from{background:var(--accent-t)}}}
@media print{.places,.tools,.skip,.form,.line,.pager{display:none!important}.top{position:static}body{background:#fff}}
${DOORS_CSS}${PAGES_CSS}${ONE_DOOR_CSS}${KEYS_CSS}`
