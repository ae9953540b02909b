/**
 * The list of doors. A row is a grid and no table's row, because only then a browser may leave out what is not on the screen:
 * with a thousand doors that is what keeps it quick. On a phone a row is a card.
 */
export const DOORS_CSS = `
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem}
.tiles a{display:grid;gap:.125rem;padding:.75rem 1rem;border:1px solid var(--line);border-radius:var(--round);background:var(--card);color:var(--ink);text-decoration:none}
.tiles a:hover{border-color:var(--edge)}
.tiles a[aria-current]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.tiles b{font-size:1.625rem;line-height:1.15;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:.875rem}
.tiles .bad b{color:var(--bad)}.tiles .warn b{color:var(--warn)}.tiles .good b{color:var(--good)}
.doors,.doors tbody,.doors thead{display:block;width:100%}
.doors tr{display:grid;grid-template-columns:minmax(9rem,1.5fr) minmax(12rem,1.7fr) 5.75rem 6rem minmax(5.75rem,.6fr) minmax(10.5rem,1.2fr) 9rem;gap:0 1rem;padding:.5rem 1rem;border-top:1px solid var(--line);align-items:start}
.doors tbody tr{content-visibility:auto;contain-intrinsic-block-size:auto 2.5342rem}
.doors thead tr{border-top:0;padding-block:.25rem;color:var(--soft);font-size:.8125rem}
.doors th,.doors td{padding:0;text-align:start;min-width:0;overflow-wrap:anywhere;font-weight:400}
.doors thead th{font-weight:600;white-space:nowrap}
.doors tbody th .name{padding-block:.25rem;font-weight:600;color:var(--ink);text-decoration-color:var(--edge)}
.doors small{display:block;color:var(--soft);font-size:.8125rem;line-height:1.35}
.doors td{font-variant-numeric:tabular-nums}
.doors .dated{color:var(--soft);font-style:italic}
.doors .low{color:var(--bad);font-weight:700}
.doors .acts{display:flex;gap:.25rem .75rem;justify-content:end}
.doors .acts a{display:inline-flex;align-items:center;min-height:1.5rem;white-space:nowrap}
.doors .marks{display:flex;flex-wrap:wrap;gap:.25rem;margin-top:.1875rem}
.doors .marks:empty{display:none}
.group>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .75rem}
.group+.group{margin-top:var(--gap)}
.finder{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
.finder .field:first-child{flex:2 1 14rem}.finder .field{flex:1 1 9rem}
.under{display:none}
@media(max-width:1199px){.doors thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.doors tr{grid-template-columns:repeat(3,minmax(0,1fr));gap:.25rem 1rem;padding:.75rem 1rem}
.doors tbody tr{contain-intrinsic-block-size:auto 7.0625rem}
.doors tbody th,.doors .is-state,.doors .is-last{grid-column:1/-1}
.doors .acts{grid-column:1/-1;justify-content:start}
.doors td[data-label]{display:grid}
.doors td[data-label]::before{content:attr(data-label);color:var(--soft);font-size:.8125rem}}
@media(min-width:760px) and (max-width:1199px){.doors tr{grid-template-columns:minmax(0,2fr) repeat(3,minmax(0,1fr)) minmax(0,2fr)}.doors tbody th{grid-column:1/3;grid-row:1}.doors .is-state{grid-column:3/-1;grid-row:1}.doors .is-last{grid-column:4/-1}.doors .acts{grid-column:1/-1}.doors td.is-door{grid-column:1}}
@media(max-width:759px){.doors tbody tr{contain-intrinsic-block-size:auto 12.5625rem}}
@media(max-width:479px){.tiles{grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem}.tiles a{padding:.5rem .625rem}.tiles b{font-size:1.375rem}.tiles span{font-size:.75rem;line-height:1.25}}
`
