/** Keys: what their pages have beyond the parts that all pages share. */
export const KEYS_CSS = `
.choices.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,14rem),1fr));gap:0 1rem;max-height:14.5rem;overflow:auto;padding:.25rem .75rem;border:1px solid var(--edge);border-radius:.5rem}
textarea{resize:vertical}
.choices.many .choice{min-width:0;overflow-wrap:anywhere}.choices.many input{flex:none}
.table tbody th a{display:inline-flex;align-items:center;min-height:1.5rem}
@media(max-width:759px){.form.in-line .actions .button{flex:1 1 auto}}
.facts dd .soft{font-weight:400}.two>.stack{align-content:start}
.qr{display:block;width:min(100%,13rem);height:auto;border-radius:.5rem}
.link{overflow-wrap:anywhere;user-select:all}
.message{white-space:pre-line;overflow-wrap:anywhere;user-select:all}
@page{size:A4;margin:12mm}
.key-cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem;align-items:start}
.key-card{display:grid;gap:.5rem;padding:1rem;border:1px solid #888;border-radius:.5rem;background:#fff;color:#000;break-inside:avoid;font-size:.875rem;line-height:1.35}
.key-card b{font-weight:700}.key-card h2{font-size:1.0625rem;overflow-wrap:anywhere}.key-card header{font-weight:700;border-bottom:1px solid #888;padding-bottom:.375rem}
.key-card .scan{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.75rem;align-items:start}.key-card .qr{width:8rem}
.key-card dl{display:grid;grid-template-columns:auto 1fr;gap:.125rem .5rem;margin-top:.375rem}
.key-card .way{white-space:pre-line}.key-card code{font-size:.6875rem;overflow-wrap:anywhere}
.card-of{display:grid;gap:.375rem}.card-of>p{min-height:1.5rem}
@media print{.off-paper,main:has(.key-cards)>h1,.notices:has(~main .key-cards),.top:has(~main .key-cards){display:none!important}main:has(.key-cards){padding:0;max-width:none}.key-cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:6mm}.key-card{border-style:dashed}}
#hand-over summary{padding:.375rem 0;color:var(--accent)}
`
