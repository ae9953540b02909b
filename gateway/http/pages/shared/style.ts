import { GUIDE_CSS } from './door-guide.ts'

/** One style sheet for every page, known to the browser by its hash. Each pair of colours has 4.5:1 or more. */
export const CSS = `
:root{color-scheme:light dark;--ground:#f4f2ee;--card:#fff;--ink:#1c1c1f;--soft:#56565e;--line:#dcd9d2;--on:#fff;
--ready:#17583f;--good:#17693a;--bad:#a8231b;--wait:#7d4b00;--closed:#52525a;
--ready-t:#dbeee4;--good-t:#d8f0df;--bad-t:#fbe3e0;--wait-t:#fbebcd;--closed-t:#e6e5e3}
@media(prefers-color-scheme:dark){:root{--ground:#131315;--card:#1d1d20;--ink:#f2f2f4;--soft:#b0b0b9;--line:#37373d;--on:#06170f;
--ready:#5ad09a;--good:#66d894;--bad:#ff9a90;--wait:#ffc56b;--closed:#b6b6bf;
--ready-t:#17362a;--good-t:#153a24;--bad-t:#43201d;--wait-t:#3d2f14;--closed-t:#2e2e33}}
*{box-sizing:border-box}
html{height:100%;-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-bottom:9rem}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);
font:1.0625rem/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word;text-align:center;--edge:1.25rem}
p,h1,dl,dd{margin:0}
p,h1{text-wrap:balance}
header,main{width:100%;max-width:27rem;margin:0 auto;padding:0 max(var(--edge),env(safe-area-inset-right)) 0 max(var(--edge),env(safe-area-inset-left))}
header{padding-top:max(.75rem,env(safe-area-inset-top));color:var(--soft);font-size:.9375rem}
header b{color:var(--ink);overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:center;justify-content:space-between;text-align:start;position:relative;min-height:2.5rem}
header>b:only-child{flex:1;text-align:center}
summary{display:flex;gap:.375rem;align-items:center;min-height:2rem;padding:0 .25rem;cursor:pointer;border-radius:.5rem;list-style:none;white-space:nowrap}
summary::-webkit-details-marker{display:none}
summary svg{width:1.25rem;height:1.25rem;stroke-width:1.75}
summary span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
nav{position:absolute;z-index:2;inset-block-start:100%;inset-inline-end:max(var(--edge),env(safe-area-inset-right));display:grid;grid-template-columns:1fr 1fr;max-height:calc(100vh - 6rem);overflow:auto;border:1px solid var(--line);border-radius:.875rem;background:var(--card);box-shadow:0 .5rem 1.5rem #0003;padding:.25rem}
nav a{display:flex;align-items:center;min-height:2.75rem;padding:0 .75rem;color:var(--ink);text-decoration:none;border-radius:.625rem}
nav a[aria-current]{background:var(--ready-t);font-weight:700}
main{flex:1;display:flex;flex-direction:column}
main:focus,h1:focus{outline:0}
.ready{--tone:var(--ready);--tint:var(--ready-t)}.good{--tone:var(--good);--tint:var(--good-t)}.bad{--tone:var(--bad);--tint:var(--bad-t)}
.wait{--tone:var(--wait);--tint:var(--wait-t)}.closed{--tone:var(--closed);--tint:var(--closed-t)}
#door{margin-top:.75rem;font-size:1.5rem;font-weight:700;line-height:1.2;overflow-wrap:anywhere}
#door span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#picture{display:flex;justify-content:center;margin:1rem 0 .75rem}
main:not(:has(dl)) #picture{margin-top:auto}
main:not(:has(dl)) #help{margin-bottom:auto}
svg{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}
#picture div{width:clamp(3.5rem,18vh,10.5rem);aspect-ratio:1;border-radius:50%;background:var(--tint);color:var(--tone);display:flex;align-items:center;justify-content:center}
#picture svg{width:66%;height:66%;stroke-width:3.5;overflow:visible}
.t{fill:var(--tint)}.f{fill:currentColor;stroke:none}.l{fill:var(--tint)}.d{stroke-dasharray:5 6}
.b{fill:currentColor;stroke:var(--tint);stroke-width:4}.g{stroke:var(--card);stroke-width:4.5}.h{fill:var(--card);stroke:none}
.m{stroke-dasharray:120 295;stroke-width:6;transform-origin:48px 48px;animation:turn 1.1s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.m{animation-duration:6s}}
h1{color:var(--tone);font-size:1.5rem;line-height:1.2;overflow-wrap:anywhere}
#said p{margin-top:.25rem}
.count{margin-top:.625rem;font-size:1.0625rem}
.count b{display:block;font-size:1.75rem;line-height:1.2;font-variant-numeric:tabular-nums}
dl{margin-top:.75rem;border-radius:.875rem;background:var(--card);border:1px solid var(--line);padding:.125rem .875rem;font-size:.9375rem}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;padding:.3125rem 0;text-align:start}
dl div+div{border-top:1px solid var(--line)}
dt{color:var(--soft)}
dd{font-variant-numeric:tabular-nums}
time bdi{white-space:nowrap}
#help{margin-top:.625rem;font-size:.9375rem}
#help:empty,#foot:empty{display:none}
:is(.bad,.wait) #facts{order:1}:is(.bad,.wait) #foot{order:2}:is(.bad,.wait) #bar{order:3}
.contact{display:flex;flex-wrap:wrap;gap:.125rem .875rem;align-items:baseline;justify-content:center}
.contact p{color:var(--soft)}.who bdi:first-child{color:var(--ink);font-weight:700}
.code b{color:var(--ink);font:700 1.125rem/1.2 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;letter-spacing:.06em;white-space:nowrap}
.code b i{display:inline-block;width:.35em}
#foot{margin-top:.375rem;color:var(--soft);font-size:.875rem}
#bar{position:sticky;bottom:0;z-index:1;margin:auto calc(-1*var(--edge)) 0;padding:.625rem var(--edge) max(.875rem,env(safe-area-inset-bottom));background:var(--ground);box-shadow:0 -.75rem .75rem var(--ground);display:flex;flex-direction:column;gap:.5rem}
#bar:not(:has(a,button)),#control:not(:has(a,button)),#bar:has([aria-disabled]) .call{display:none}
#control{display:flex;flex-direction:column;gap:.5rem}
.big,.small{display:flex;width:100%;align-items:center;justify-content:center;border-radius:1.25rem;font:inherit;font-weight:700;line-height:1.2;text-decoration:none;cursor:pointer;touch-action:manipulation}
.big{min-height:4.25rem;padding:.375rem min(1rem,4vw);border:2px solid transparent;background:var(--ready);color:var(--on);font-size:min(1.5rem,9vw)}
.small{min-height:3rem;padding:.375rem min(1rem,4vw);border:2px solid var(--line);background:var(--card);color:var(--ink);font-size:min(1.0625rem,6.5vw)}
.ready .big:not([aria-disabled]){min-height:5.5rem;font-size:1.75rem}
.big:active,.small:active{opacity:.8}
.big[aria-disabled]{background:var(--tint);color:var(--tone);cursor:default;opacity:1}
.call{gap:.5rem}.call.small{border-color:var(--ready);color:var(--ready)}.call.big{font-size:1.375rem}
.call svg{flex:none;width:1.25em;height:1.25em;stroke-width:2}
.plain{border:0;background:none;color:inherit;font:inherit;text-decoration:underline;min-height:2.75rem;padding:.25rem .75rem;cursor:pointer}
.big:focus-visible,.small:focus-visible,.plain:focus-visible,summary:focus-visible,nav a:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
@media(max-height:720px){body{font-size:1rem}header{padding-top:max(.5rem,env(safe-area-inset-top))}#door{margin-top:.25rem;font-size:1.3125rem}#picture{margin:.625rem 0 .5rem}
h1{font-size:1.3125rem}.count{margin-top:.25rem}.count b{font-size:1.5rem}dl{margin-top:.625rem}dl div{padding:.1875rem 0}
.big{min-height:3.75rem;font-size:min(1.375rem,9vw)}.call.big{font-size:min(1.25rem,6.5vw)}#bar{padding-top:.5rem;padding-bottom:max(.625rem,env(safe-area-inset-bottom))}}
@media(max-height:600px){#picture div{width:clamp(3rem,13vh,5.5rem)}.ready .big:not([aria-disabled]){min-height:4.25rem;font-size:1.5rem}}
@media(max-width:360px){.call.big{font-size:min(1.125rem,6.5vw)}}
@media(max-width:260px){body{--edge:.75rem}summary{font-size:0}nav{grid-template-columns:1fr}#picture{margin:.25rem 0}#picture div{width:2.5rem}h1,#door{font-size:1.125rem}.big,.call.big,.ready .big:not([aria-disabled]){min-height:2.75rem;font-size:1.0625rem}.small{min-height:2.75rem;font-size:.9375rem}
.big,.small{padding:.25rem .5rem;border-radius:.875rem}.count b{font-size:1.25rem}dl{padding:.125rem .625rem}}
@media(min-width:560px) and (max-height:480px){header,main{max-width:56rem}#picture{margin:.25rem 0}
main:has(dl){display:grid;grid-template-columns:1fr 1fr;grid-template-rows:auto auto auto 1fr auto auto;gap:0 1.5rem}
main:has(dl) #door{grid-area:1/1}main:has(dl) #picture{grid-area:2/1}main:has(dl) #said{grid-area:3/1/5}main:has(dl) #facts{grid-area:1/2/4}main:has(dl) #help{grid-area:4/2}
main:has(dl) #foot{grid-area:5/1/6/-1}main:has(dl) #bar{grid-area:6/1/7/-1}
#bar{flex-direction:row}#bar>*{flex:1}#bar .big,#bar .small,.ready .big:not([aria-disabled]){min-height:3.25rem;font-size:1.25rem}}
${GUIDE_CSS}`
