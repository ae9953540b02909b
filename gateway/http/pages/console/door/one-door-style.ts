/** The page of one door: what it has beyond the parts that all pages share. */
export const ONE_DOOR_CSS = `
.door-head,.card.to-see-to{border-inline-start:4px solid var(--good)}
.card.to-see-to{border-inline-start-color:var(--warn)}
.door-head .inside{display:grid;gap:.75rem}
.door-state{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .5rem;font-size:1.0625rem}
.door-state small{flex:1 0 100%;font-size:1rem}
.advice{max-width:60rem;padding:.625rem .875rem;border-radius:.5rem;background:var(--warn-t)}
.marks{display:flex;flex-wrap:wrap;gap:.25rem}
.door-head .dated{color:var(--soft);font-style:italic;font-weight:400}.door-head .dated small{display:block;font-size:.8125rem}
.door-head .low{color:var(--bad)}.door-head dd .soft{font-weight:400}
.acts-of-door{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));align-items:start}
.acts-of-door .act{padding:.25rem}.acts-of-door .act summary{width:100%}.acts-of-door .act[open]{padding:.75rem;border:1px solid var(--line);border-radius:var(--round);background:var(--raised)}
.acts-of-door .button{white-space:normal;overflow-wrap:anywhere;text-align:center}
.acts-of-door .form .actions .button{flex:1}.acts-of-door .form{padding-top:.5rem}
.steps{display:flex;flex-wrap:wrap;gap:0 .375rem;margin:0;padding:0;list-style:none}
.steps b{font-weight:600;font-variant-numeric:tabular-nums}.steps li+li::before{content:"→ ";color:var(--soft)}

.sign{display:flex;flex-wrap:wrap;align-items:center;gap:1rem 2rem;max-width:44rem;padding:1.5rem;border:1px solid #000;border-radius:var(--round);background:#fff;color:#000}
.sign>div{flex:1 1 14rem;min-width:0;display:grid;gap:.375rem}.sign h2{font-size:1.5rem}.sign .address{font-size:.8125rem;overflow-wrap:anywhere}
.qr{flex:0 1 15rem;width:100%;min-width:9rem;height:auto}.qr .ground{fill:#fff}.qr path{fill:#000}
@media print{.no-print,h1,.notices{display:none}.sign{break-inside:avoid}.qr{flex-basis:5cm}}
#unsettled .act:not([open]) summary{width:auto}#unsettled li+li{padding-top:.75rem;border-top:1px solid var(--line)}
#unsettled:empty{display:none}
`
