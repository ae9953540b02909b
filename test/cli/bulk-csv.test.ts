import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { expect, test } from 'vitest'
import { forSpreadsheet, fromSpreadsheet } from '#cli/bulk/formula-cells.ts'
import { readCsv } from '#cli/bulk/read-csv.ts'
import { CommandError } from '#cli/context.ts'
import { readBounded } from '#runtime/read-bounded.ts'

const WANTED = { file: 'doors.csv', known: ['name', 'key'], required: ['name'], rowsMax: 1_000 }
const read = (content: string | Buffer) => readCsv(Buffer.from(content), WANTED)

function refusalOf(content: string | Buffer): CommandError {
  try {
    read(content)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error('it was taken')
}

test.each([
  ['a byte order mark, semicolons and Windows’ line ends', '\ufeffName;KEY\r\n"Door; A";make\r\n', 'Door; A'],
  ['tabs, and the line ends of an old Mac', 'name\tkey\rDoor\tmake\r', 'Door'],
  ['quotes with a line break in them', 'name,key\n"Door\nA",make\n', 'Door\nA'],
  ['one column', 'name\nDoor\n', 'Door'],
])('takes %s', (_what, content, name) => {
  expect(read(content).map(({ cells }) => cells.name)).toEqual([name])
})

test.each<[string, string | Buffer, RegExp]>([
  ['UTF-16 without its mark', Buffer.from('name,key\nDoor,make\n', 'utf16le'), /is UTF-16: save it as "CSV UTF-8"/],
  ['a program', Buffer.from('7f454c460201010000000000', 'hex'), /is UTF-16/],
  ['a quote that is never closed', `name,key\n"${'x'.repeat(2_000_000)}`, /can’t be read: Quote Not Closed/],
  ['100,000 rows', `name,key\n${'Door,make\n'.repeat(100_000)}`, /has 100000 rows: at most 1000 at once/],
])('refuses %s at once', (_what, content, says) => {
  expect(refusalOf(content).message).toMatch(says)
})

test('names a hundred wrong lines and the number of the others, so that a wrong file fills no screen', () => {
  const { details = [] } = refusalOf(`name,key\n${'Door,make,more\n'.repeat(900)}`)
  expect(details).toHaveLength(101)
  expect(details.at(-1)).toEqual({ field: 'and', message: '800 more that are wrong' })
})

test('a name that a spreadsheet would run comes back as it was, however many apostrophes it has', () => {
  const names = ["=cmd|'/C calc'!A0", '+1', '-1', '@SUM(1)', '＝1', "'=1", "''=1", "'t Hof", "O'Neill", '']
  const cells = names.map(forSpreadsheet)
  for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@＝]/)
  const table = stringify(cells.map((cell) => [cell]))
  expect(parse(table).flat().map(fromSpreadsheet)).toEqual(names)
})

test('a file without an end is read no further than its bound, and one that tells no size is read whole', () => {
  expect(readBounded('/dev/zero', 1_000_000)).toBeNull()
  expect(readBounded('/proc/self/status', 1_000_000)?.toString()).toContain('Pid:')
})
