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

const [WIDTH, HEIGHT, LEFT, FOOT, HEAD] = [720, 200, 40, 22, 8]
const INNER_WIDTH = WIDTH - LEFT
const INNER_HEIGHT = HEIGHT - FOOT - HEAD

/** Bars over time, made here: no script draws it, and it prints. */
export function barChartOf({ summary, bars, ticks, locale }: BarChart): Html {
  const top = niceTop(Math.max(1, ...bars.map(({ value }) => value)))
  const number = new Intl.NumberFormat(locale)
  const step = INNER_WIDTH / Math.max(1, bars.length)
  const yOf = (value: number): number => round(HEAD + INNER_HEIGHT * (1 - value / top))
  const lines = [0, top / 2, top].map(
    (value) =>
      html`<path class="grid" d="M${LEFT} ${yOf(value)}H${WIDTH}"/><text x="${LEFT - 6}" y="${yOf(value) + 4}" text-anchor="end">${number.format(value)}</text>`,
  )
  const drawn = bars.flatMap(({ label, value }, at) => {
    if (value === 0) return []
    const [x, y] = [round(LEFT + at * step + step * 0.1), yOf(value)]
    return html`<rect class="bar" x="${x}" y="${y}" width="${round(step * 0.8)}" height="${round(HEAD + INNER_HEIGHT - y)}"><title>${label}: ${number.format(value)}</title></rect>`
  })
  const marks = ticks.map(
    ({ at, label }) => html`<text x="${round(LEFT + at * step)}" y="${HEIGHT - 6}">${label}</text>`,
  )
  return html`<svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${summary}">${lines}${drawn}${marks}</svg>`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** The next even number of 2, 4, 6, 8 or 10 times a power of ten, so that its half is whole. */
function niceTop(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max))
  const [top = 10] = [2, 4, 6, 8, 10].filter((times) => times * power >= max)
  return top * power
}
