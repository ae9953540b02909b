/** What spreadsheets take for a formula, also behind apostrophes, so that the way back is one. */
const FORMULA = /^'*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/

/** A cell that a spreadsheet shows as it is: an apostrophe in front of what it would run. */
export const forSpreadsheet = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell)

/** The cell that was meant. */
export const fromSpreadsheet = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
