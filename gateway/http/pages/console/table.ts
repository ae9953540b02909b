import { type Html, html } from '#http/pages/shared/html.ts'

export interface Column<Row> {
  /** Stands above the column, and on a phone before each value. */
  readonly label: string
  readonly cell: (row: Row) => Html | string
  /** Numbers stand under one another by their digits. */
  readonly isNumber?: boolean
  /** Leads on a phone, and names the row for whoever hears the page. */
  readonly isHeading?: boolean
}

export interface Table<Row> {
  /** Read out, and seen by nobody who sees the heading above. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Where rows are put in while the page is open. */
  readonly bodyId?: string
  readonly rowId?: (row: Row) => string
  /** New rows are put above, and no more than so many are kept. */
  readonly topMax?: number
}

/** A table where there is room, cards where there is none. Roles are said, because a card would not be a row otherwise. */
export const tableOf = <Row>(table: Table<Row>): Html =>
  tableAround(
    table,
    table.rows.map((row) => tableRowOf(row, table.columns, table.rowId)),
  )

const ROWS_AT_ONCE = 50

/** The same of so many rows that a door could not wait for all of them: other work has its turn meanwhile. */
export async function longTableOf<Row>(table: Table<Row>, turn: () => Promise<void>): Promise<Html> {
  const { rows, columns, rowId } = table
  const written: Html[] = []
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    if (at > 0) await turn()
    written.push(html`${rows.slice(at, at + ROWS_AT_ONCE).map((row) => tableRowOf(row, columns, rowId))}`)
  }
  return tableAround(table, written)
}

function tableAround<Row>({ caption, columns, rows, bodyId, topMax }: Table<Row>, written: readonly Html[]): Html {
  const heads = columns.map(
    ({ label, isNumber }) => html`<th role="columnheader" scope="col"${numberClass(isNumber)}>${label}</th>`,
  )
  const id =
    bodyId === undefined ? null : html` id="${bodyId}"${topMax === undefined ? null : html` data-top="${topMax}"`}`
  return html`<table class="table" role="table"${rows.length === 0 ? html` hidden` : null}><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup"${id}>${written}</tbody></table>`
}

export function tableRowOf<Row>(row: Row, columns: readonly Column<Row>[], rowId?: (row: Row) => string): Html {
  const id = rowId === undefined ? null : html` id="${rowId(row)}"`
  const cells = columns.map(({ label, cell, isNumber, isHeading }) =>
    isHeading === true
      ? html`<th role="rowheader" scope="row"${numberClass(isNumber)}>${cell(row)}</th>`
      : html`<td role="cell" data-label="${label}"${numberClass(isNumber)}><div>${cell(row)}</div></td>`,
  )
  return html`<tr role="row"${id}>${cells}</tr>`
}

const numberClass = (isNumber: boolean | undefined): Html | null => (isNumber === true ? html` class="number"` : null)

/** Where a list would be that has nothing in it: what that means, and what to do. */
export const emptyOf = (headline: string, hint: string | null): Html =>
  html`<div class="empty"><p><b>${headline}</b></p>${hint === null ? null : html`<p>${hint}</p>`}</div>`
