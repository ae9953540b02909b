/** Alarms, log and health: what they have beyond the parts that all pages share. */
export const PAGES_CSS = `
.alarm{display:grid;gap:.625rem;padding:1rem;border-top:1px solid var(--line);border-inline-start:4px solid var(--idle)}
.alarm.critical{border-inline-start-color:var(--bad)}.alarm.warning{border-inline-start-color:var(--warn)}.alarm.notice-level{border-inline-start-color:var(--info)}
@media(min-width:900px){.alarm{grid-template-columns:minmax(0,1fr) minmax(9rem,auto);gap:.625rem 1.5rem}.alarm>*{grid-column:1}.alarm>.act{grid-column:2;grid-row:1/6}.alarm>.act[open]{width:min(24rem,34vw)}.act:not([open]) summary{width:100%}}
.alarm header{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .75rem}
.alarm .where{font-weight:600}.alarm .where .soft{font-weight:400}
.alarm dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.25rem 1rem}
.alarm dt{color:var(--soft)}
.meta{display:flex;flex-wrap:wrap;gap:.125rem 1rem;color:var(--soft)}
.stack{display:grid;grid-template-columns:minmax(0,1fr);gap:var(--gap)}
.said{padding:.5rem .75rem;border-radius:.5rem;background:var(--idle-t)}
.act summary{list-style:none}.act summary::-webkit-details-marker{display:none}
.act[open] summary{margin-bottom:.75rem}.act .form{padding-top:.25rem}
.files{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;padding:.75rem 1rem;border-top:1px solid var(--line)}.files a{display:inline-flex;align-items:center;min-height:1.5rem}
.inside.above{padding-top:1rem}
.spread{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1rem}
.two{display:grid;grid-template-columns:minmax(0,1fr);gap:var(--gap)}
.inside{padding:0 1rem 1rem}.card.inside{padding:1.25rem 1rem}
.bars{display:grid;grid-template:11rem 1.25rem/2rem minmax(0,1fr);gap:.375rem .5rem;margin-block:.75rem .5rem}
.bars svg{display:block;width:100%;height:100%;overflow:visible}
.bars .ticks{grid-column:2}
.bars .bar{fill:var(--accent)}.bars .bar:hover{fill:var(--ink)}.bars .grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}.bars text{fill:var(--soft);font-size:.75rem;font-variant-numeric:tabular-nums}
@media(max-width:599px){.bars .ticks text:nth-child(even){display:none}}
.checks{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.75rem;padding:0 1rem 1rem}
.check{display:grid;gap:.375rem;align-content:start;padding:.875rem 1rem;border:1px solid var(--line);border-radius:.625rem;background:var(--raised)}
.check header{display:flex;justify-content:space-between;gap:.75rem}
summary{cursor:pointer}.inside>details>summary{padding:.375rem 0;color:var(--accent)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9rem),1fr));gap:.75rem 1.5rem}
.facts dt{color:var(--soft);font-size:.875rem}.facts dd{font-weight:600;font-variant-numeric:tabular-nums}
@media(min-width:1100px){.two{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media(max-width:599px){.alarm dl{grid-template-columns:1fr;gap:0}.alarm dd{margin-bottom:.375rem}}
@media(forced-colors:active){.bars .bar{fill:CanvasText}.tiles a[aria-current]{outline:2px solid}}
`
