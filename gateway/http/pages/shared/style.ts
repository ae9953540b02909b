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
html{height:100%;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:27rem;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;padding:1rem 1.25rem;
background:var(--ground);color:var(--ink);font:1.0625rem/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere;text-align:center}
p,h1,dl,dd{margin:0}
p,h1{text-wrap:balance}
header{color:var(--soft);font-size:.875rem}
header b{color:var(--ink);font-size:.9375rem}
main{flex:1;display:flex;flex-direction:column}
main:focus,h1:focus{outline:0}
.ready{--tone:var(--ready);--tint:var(--ready-t)}.good{--tone:var(--good);--tint:var(--good-t)}.bad{--tone:var(--bad);--tint:var(--bad-t)}
.wait{--tone:var(--wait);--tint:var(--wait-t)}.closed{--tone:var(--closed);--tint:var(--closed-t)}
#door{margin-top:.75rem;font-size:1.5rem;font-weight:700;line-height:1.2}
#door span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#picture{display:flex;justify-content:center;margin:1rem 0 .75rem}
main:not(:has(dl)) #picture{margin-top:auto}
svg{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}
#picture div{width:clamp(5.5rem,18vh,10.5rem);aspect-ratio:1;border-radius:50%;background:var(--tint);color:var(--tone);display:flex;align-items:center;justify-content:center}
#picture svg{width:66%;height:66%;stroke-width:3.5;overflow:visible}
.t{fill:var(--tint)}.f{fill:currentColor;stroke:none}.l{fill:var(--tint)}.d{stroke-dasharray:5 6}
.b{fill:currentColor;stroke:var(--tint);stroke-width:4}.g{stroke:var(--card);stroke-width:4.5}.h{fill:var(--card);stroke:none}
.m{stroke-dasharray:120 295;stroke-width:6;transform-origin:48px 48px;animation:turn 1.1s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.m{animation-duration:6s}}
h1{color:var(--tone);font-size:1.5rem;line-height:1.2}
#said p{margin-top:.25rem}
#control .plain{display:inline-block;padding:.625rem .75rem;margin-top:.25rem}
.count{margin-top:.625rem;font-size:1.125rem}
.count b{display:block;font-size:1.75rem;line-height:1.2;font-variant-numeric:tabular-nums}
dl{margin-top:.75rem;border-radius:.875rem;background:var(--card);border:1px solid var(--line);padding:.125rem .875rem;font-size:.9375rem}
dl div{display:flex;gap:1rem;justify-content:space-between;padding:.3125rem 0}
dl div+div{border-top:1px solid var(--line)}
dt{color:var(--soft);flex:none}
dd{text-align:right;font-variant-numeric:tabular-nums}
#control{margin-top:auto;padding-top:.875rem}
.big,.small{display:flex;width:100%;align-items:center;justify-content:center;border-radius:1.25rem;font:inherit;font-weight:700;text-decoration:none;cursor:pointer;touch-action:manipulation}
.big{min-height:4.75rem;padding:.5rem 1rem;border:0;background:var(--ready);color:var(--on);font-size:1.5rem;line-height:1.2}
.small{min-height:3.25rem;margin-top:.625rem;padding:.5rem 1rem;border:2px solid var(--line);background:var(--card);color:var(--ink);font-size:1.0625rem}
.big:active,.small:active,.call:active{opacity:.8}
.big[aria-disabled]{background:var(--tint);color:var(--tone);cursor:default;opacity:1}
.plain{border:0;background:none;color:inherit;font:inherit;text-decoration:underline;min-height:2.75rem;padding:.25rem .75rem;cursor:pointer}
.big:focus-visible,.small:focus-visible,.call:focus-visible,.plain:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
#help{margin-top:.875rem;font-size:.9375rem}
#help:empty{display:none}
#control:has(+#help:empty) .big{min-height:6.5rem;font-size:1.75rem}
.contact{display:flex;flex-wrap:wrap;gap:.375rem .875rem;align-items:center;justify-content:space-between;text-align:left;border-radius:.875rem;background:var(--card);border:1px solid var(--line);padding:.5rem .75rem .625rem}
.contact p{color:var(--soft)}.contact b{color:var(--ink)}
.who{flex:1 0 100%}
.call{flex:1 1 auto;display:flex;gap:.5rem;align-items:center;justify-content:center;min-height:2.75rem;padding:.25rem .625rem;border:2px solid var(--ready);border-radius:1.375rem;color:var(--ready);font-weight:700;text-decoration:none;white-space:nowrap}
.call svg{flex:none;width:1.25rem;height:1.25rem;stroke-width:2}
.code{color:var(--soft)}.contact .code b{display:block}
.code b{color:var(--ink);font:700 1.125rem/1.2 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;letter-spacing:.06em;white-space:nowrap}
.code b i{display:inline-block;width:.35em}
@media(max-height:720px){body{padding:.625rem 1.125rem;font-size:1rem}#door{margin-top:.25rem;font-size:1.3125rem}#picture{margin:.625rem 0 .5rem}
h1{font-size:1.3125rem}.count{margin-top:.25rem}.count b{font-size:1.5rem}dl{margin-top:.625rem}dl div{padding:.1875rem 0}.big{min-height:4rem}#control{padding-top:.625rem}#help{margin-top:.625rem}}
#foot{color:var(--soft);font-size:.875rem}
${GUIDE_CSS}`
