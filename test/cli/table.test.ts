import { describe, expect, test } from 'vitest'
import { type Cell, type Column, tableLines } from '#cli/table.ts'
import { widthOf } from '#cli/text-width.ts'

const COLUMNS: readonly Column[] = [
  { title: 'LOCK', align: 'right' },
  { title: 'PRESENCE' },
  { title: 'NAME', min: 8 },
  { title: 'AREA', min: 6 },
]
const LONG = 'The door to the archive behind the second stairs of the northern wing'
const ROWS: readonly (readonly Cell[])[] = [
  ['7', { text: 'online', style: 'good' }, 'Front', 'ground floor'],
  ['1200', { text: 'offline', style: 'bad' }, LONG, 'a part of the house with a long name'],
  ['8', 'online', '档案室的门在二楼', 'Straße'],
]
const terminal = (columns: number, hasColours = false) => ({ columns, hasColours })
/** Where each line has the text that stands under this title. */
const startOf = (line: string, text: string): number => widthOf(line.slice(0, line.indexOf(text)))

describe('a table', () => {
  test('goes whole and without colours to a pipe, aligned', () => {
    const lines = tableLines(COLUMNS, ROWS, null)
    expect(lines[0]).toBe(`LOCK  PRESENCE  NAME${' '.repeat(LONG.length - 4)}  AREA`)
    expect(lines[2]).toContain(LONG)
    expect(lines.join()).not.toContain('\u001b')
    expect(lines.map((line, at) => startOf(line, ['AREA', 'ground', 'a part', 'Straße'][at] ?? ''))).toEqual(
      Array.from({ length: 4 }, () => startOf(lines[0] ?? '', 'AREA')),
    )
  })

  test.each([200, 80, 40])('is never wider than a terminal of %i columns, and stays aligned', (columns) => {
    const lines = tableLines(COLUMNS, ROWS, terminal(columns))
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
    expect(lines).toHaveLength(4)
    expect(lines[1]).toMatch(/^ {3}7 {2}online {4}Front/)
    expect(startOf(lines[3] ?? '', 'S')).toBe(startOf(lines[0] ?? '', 'AREA'))
  })

  test('cuts what may be cut, with a mark, and never a number or a state', () => {
    const cut = tableLines(COLUMNS, ROWS, terminal(60))[2] ?? ''
    expect(cut).toMatch(/^1200 {2}offline {3}The door to the.*… {2}a part.*…$/)
  })

  test('becomes a few lines for each row where nothing is left to cut', () => {
    expect(tableLines(COLUMNS, ROWS, terminal(24)).slice(0, 4)).toEqual([
      'LOCK      7',
      '  PRESENCE  online',
      '  NAME      Front',
      '  AREA      ground floor',
    ])
  })

  test('has colours on a terminal that shows them, which take no room', () => {
    const lines = tableLines(COLUMNS, ROWS, terminal(80, true))
    expect(lines[1]).toContain('\u001b[32monline  \u001b[39m')
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
  })
})
