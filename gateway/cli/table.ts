import { styleText } from 'node:util'
import type { Terminal } from './context.ts'
import { cutTo, padTo, widthOf } from './text-width.ts'

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', faint: 'dim', strong: 'bold' } as const
export type Style = keyof typeof STYLES

/** What stands in a row under a column; a style shows on a terminal with colours alone. */
export type Cell = string | { readonly text: string; readonly style: Style | null }

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** May be cut to so many characters where a terminal is too narrow. What has no such number is never cut: ids, times. */
  readonly min?: number
}

/** Between two columns. */
const GAP = '  '

/** Text in a style, where the terminal has colours. */
export const styled = (text: string, style: Style | null, terminal: Terminal | null): string =>
  style === null || terminal?.hasColours !== true ? text : styleText(STYLES[style], text, { validateStream: false })

/**
 * A head and one line for each row, in columns. On a terminal no line is wider than it: columns that may be cut are, the
 * widest first, and where that is not enough each row becomes a few lines. To a pipe or a file (`terminal` null) everything
 * goes whole and without colours.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  terminal: Terminal | null,
): readonly string[] {
  const natural = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(textOf(row[at])))),
  )
  const widths = terminal === null ? natural : fitted(natural, columns, terminal.columns)
  if (widths === null) return rows.flatMap((row) => stacked(columns, row, terminal))
  const head = columns.map(({ title }) => ({ text: title, style: 'strong' }) as const)
  return [head, ...rows].map((row) => lineOf(columns, row, widths, terminal))
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'object' ? cell.text : (cell ?? ''))

/** Null when even the narrowest columns do not fit. */
function fitted(natural: readonly number[], columns: readonly Column[], room: number): readonly number[] | null {
  const widths = [...natural]
  const gaps = GAP.length * (columns.length - 1)
  for (let over = sum(widths) + gaps - room; over > 0; over -= 1) {
    const widest = widths.reduce((best, width, at) => {
      const isLarger = best === -1 || width > (widths[best] ?? 0)
      return width > leastOf(columns[at]) && isLarger ? at : best
    }, -1)
    if (widest === -1) return null
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

const leastOf = (column: Column | undefined): number =>
  column?.min === undefined ? Number.POSITIVE_INFINITY : Math.max(column.min, widthOf(column.title))

const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0)

function lineOf(
  columns: readonly Column[],
  row: readonly Cell[],
  widths: readonly number[],
  terminal: Terminal | null,
): string {
  const cells = columns.map(({ align = 'left' }, at) => {
    const cell = row[at]
    const [width, isLast] = [widths[at] ?? 0, at === columns.length - 1]
    const text = cutTo(textOf(cell), width)
    const filled = isLast && align === 'left' ? text : padTo(text, width, align)
    return styled(filled, typeof cell === 'object' ? cell.style : null, terminal)
  })
  return cells.join(GAP).trimEnd()
}

/** One row as a few lines, each with what it is. */
function stacked(columns: readonly Column[], row: readonly Cell[], terminal: Terminal | null): string[] {
  const titleWidth = Math.max(...columns.map(({ title }) => widthOf(title)))
  return columns.flatMap(({ title }, at) => {
    const cell = row[at]
    const text = textOf(cell)
    if (text === '') return []
    const told = styled(text, typeof cell === 'object' ? cell.style : null, terminal)
    return [`${at === 0 ? '' : GAP}${padTo(title, titleWidth, 'left')}${GAP}${told}`]
  })
}
