import { CsvError, parse } from 'csv-parse/sync'
import { CommandError } from '#cli/context.ts'
import { fromSpreadsheet } from './formula-cells.ts'

/** One line of the file, cell by cell. */
export interface CsvRow {
  /** Where it begins in the file, from 1, as an editor counts. */
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const
/** Of one file that has something wrong in each line: more than these nobody reads. */
const DETAILS_MAX = 100
const DELIMITERS = [',', ';', '\t'] as const

/**
 * A table as spreadsheets write it: with or without a byte order mark, with commas, semicolons or tabs, with either line end.
 * Names of columns count whatever their case.
 *
 * @param known the names of columns that mean something
 * @param rowsMax below the line of names
 */
export function readCsv(
  bytes: Uint8Array,
  {
    file,
    known,
    required,
    rowsMax,
  }: {
    readonly file: string
    readonly known: readonly string[]
    readonly required: readonly string[]
    readonly rowsMax: number
  },
): readonly CsvRow[] {
  const text = textOf(bytes, file)
  const delimiter = delimiterOf(text)
  const records = recordsOf(text, delimiter, file)
  const [head, ...rows] = records
  if (head === undefined)
    throw new CommandError(`${file} is empty: its first line names the columns ${known.join(', ')}`)
  const names = head.cells.map((cell) => cell.trim().toLowerCase())
  const details = [
    ...names.flatMap((name, at) => {
      const field = `line ${head.line}, column ${at + 1}`
      if (!known.includes(name))
        return [{ field, message: `"${name}" is no column that is known: ${known.join(', ')}` }]
      return names.indexOf(name) === at ? [] : [{ field, message: `"${name}" stands twice` }]
    }),
    ...required.flatMap((name) =>
      names.includes(name) ? [] : [{ field: `line ${head.line}`, message: `there is no column "${name}"` }],
    ),
  ]
  const full = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  if (full.length > rowsMax) throw new CommandError(`${file} has ${full.length} rows: at most ${rowsMax} at once`)
  const long = full.flatMap(({ line, cells }) =>
    cells.slice(names.length).some((cell) => cell.trim() !== '')
      ? [
          {
            field: `line ${line}`,
            message: `has ${cells.length} cells, the first line has ${names.length}: put text with "${shown(delimiter)}" in quotes`,
          },
        ]
      : [],
  )
  const wrong = [...details, ...long]
  if (wrong.length > 0) {
    const left = wrong.length - DETAILS_MAX
    const more = left > 0 ? [{ field: 'and', message: `${left} more that are wrong` }] : []
    throw new CommandError(`${file} can’t be read, and nothing was changed:`, {
      details: [...wrong.slice(0, DETAILS_MAX), ...more],
    })
  }
  return full.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(names.map((name, at) => [name, fromSpreadsheet((cells[at] ?? '').trim())])),
  }))
}

const shown = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : delimiter)

function textOf(bytes: Uint8Array, file: string): string {
  // Without its mark it has a zero in every second byte, which no text in UTF-8 has.
  const isUtf16 = UTF16_MARKS.some(([first, second]) => bytes[0] === first && bytes[1] === second)
  if (isUtf16 || bytes.includes(0)) {
    throw new CommandError(`${file} is UTF-16: save it as "CSV UTF-8", which spreadsheets offer beside plain CSV`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new CommandError(`${file} is no UTF-8: save it as "CSV UTF-8", which spreadsheets offer beside plain CSV`)
  }
}

/** Whichever the first line has most of. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n|\r/, 1)
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

function recordsOf(text: string, delimiter: string, file: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = []
  try {
    let endLine = 0
    parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }) => {
        // The parser counts to the end of a record, which may have line breaks in its quotes.
        const breaks = cells.reduce((count, cell) => count + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
        records.push({ line: Math.max(endLine + 1, lines - breaks), cells })
        endLine = lines
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new CommandError(`${file} can’t be read: ${error.message}`)
  }
  return records
}
