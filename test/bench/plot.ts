import type { Throughput } from './throughput.ts'

const COLOURS = { 'floor-a': '#b9c4c9', 'floor-b': '#6d8b97', full: '#1b5e46' } as const
const NAMES = {
  'floor-a': 'floor A: no checks, signatures or store',
  'floor-b': 'floor B: signatures, no store',
  full: 'the gateway',
} as const
type Drawn = keyof typeof COLOURS
const DRAWN: readonly Drawn[] = ['floor-a', 'floor-b', 'full']
const [WIDTH, HEIGHT, LEFT, BASE, TOP] = [640, 300, 56, 250, 46]

/** Opens per second by connections, as bars side by side. */
export function plotThroughput(rows: readonly Throughput[]): string {
  const connections = [...new Set(rows.map((row) => row.connections))]
  const top = Math.max(...rows.map((row) => row.opensPerS)) * 1.05
  const y = (value: number) => BASE - (value / top) * (BASE - TOP)
  const group = (WIDTH - LEFT - 16) / connections.length
  const bar = (group * 0.8) / 3
  const bars = DRAWN.flatMap((variant, index) =>
    rows
      .filter((row) => row.variant === variant)
      .map((row) => {
        const x = LEFT + connections.indexOf(row.connections) * group + index * bar + group * 0.1
        const label = `<text x="${(x + bar / 2).toFixed(1)}" y="${(y(row.opensPerS) - 4).toFixed(1)}" text-anchor="middle" font-size="10">${Math.round(row.opensPerS)}</text>`
        return `<rect x="${x.toFixed(1)}" y="${y(row.opensPerS).toFixed(1)}" width="${(bar - 2).toFixed(1)}" height="${(BASE - y(row.opensPerS)).toFixed(1)}" fill="${COLOURS[variant]}"/>${label}`
      }),
  )
  const groups = connections.map(
    (count, index) =>
      `<text x="${(LEFT + (index + 0.5) * group).toFixed(1)}" y="${BASE + 18}" text-anchor="middle">${count}</text>`,
  )
  const legend = DRAWN.map(
    (variant, index) =>
      `<rect x="${LEFT + index * 200}" y="14" width="10" height="10" fill="${COLOURS[variant]}"/><text x="${LEFT + 14 + index * 200}" y="23" font-size="10">${NAMES[variant]}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222" role="img" aria-label="Opens per second by connections">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...legend,
    ...bars,
    `<path d="M${LEFT} ${BASE}H${WIDTH - 16}" stroke="#222"/>`,
    ...groups,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">connections</text>`,
    `<text x="14" y="${BASE / 2 + 40}" transform="rotate(-90 14 ${BASE / 2 + 40})">opens per second</text>`,
    '</svg>',
    '',
  ].join('\n')
}
