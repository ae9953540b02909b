import { type Html, html } from '#http/pages/shared/html.ts'

export interface Bar {
  /** In words, for whoever points at it. */
  readonly label: string
  readonly value: number
}

export interface BarChart {
  /** One sentence that says what there is to see: what a reader hears in place of the picture. */
  readonly summary: string
  readonly bars: readonly Bar[]
  /** Below the axis, at the bar with this index. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
  readonly locale: string
}

/** Of the plot, which is drawn as wide and as high as there is room. */
const [BAR, HEIGHT] = [10, 100]

/**
 * Bars over time, made here: no script draws it, and it prints. The plot is stretched, and the words beside it are not: they
 * have the same size on a phone and on a wall.
 */
export function barChartOf({ summary, bars, ticks, locale }: BarChart): Html {
  const top = niceTop(Math.max(1, ...bars.map(({ value }) => value)))
  const number = new Intl.NumberFormat(locale)
  const width = BAR * Math.max(1, bars.length)
  const lines = [0, 50, 100].map((y) => html`<path class="grid" d="M0 ${y}H${width}"/>`)
  const scale = [top, top / 2, 0].map(
    (value, at) => html`<text x="100%" y="${at * 50}%" dy=".32em" text-anchor="end">${number.format(value)}</text>`,
  )
  const drawn = bars.flatMap(({ label, value }, at) => {
    if (value === 0) return []
    const height = round((HEIGHT * value) / top)
    return html`<rect class="bar" x="${at * BAR + 1}" y="${round(HEIGHT - height)}" width="${BAR - 2}" height="${height}"><title>${label}: ${number.format(value)}</title></rect>`
  })
  const marks = ticks.map(
    ({ at, label }) => html`<text x="${round((100 * at * BAR) / width)}%" y="1em">${label}</text>`,
  )
  return html`<div class="bars" role="img" aria-label="${summary}"><svg class="scale" aria-hidden="true">${scale}</svg><svg class="plot" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none">${lines}${drawn}</svg><svg class="ticks" aria-hidden="true">${marks}</svg></div>`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** The next even number of 2, 4, 6, 8 or 10 times a power of ten, so that its half is whole. */
function niceTop(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max))
  const [top = 10] = [2, 4, 6, 8, 10].filter((times) => times * power >= max)
  return top * power
}
