/** The middle value; of an even number, the lower of the two. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The value below which this part of all values lies (nearest rank). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits))

/** Lowest and highest, as they are printed beside a median. */
export const spread = (values: readonly number[]): [number, number] => [
  round(Math.min(...values)),
  round(Math.max(...values)),
]

/** The exponent k of cost ∝ size^k, by least squares on logarithms. */
export function growthExponent(points: readonly { size: number; cost: number }[]): number {
  const xs = points.map(({ size }) => Math.log(size))
  const ys = points.map(({ cost }) => Math.log(cost))
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
  const [mx, my] = [mean(xs), mean(ys)]
  const covariance = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? my) - my), 0)
  return covariance / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0)
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
