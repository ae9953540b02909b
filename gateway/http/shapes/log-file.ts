import { stringify } from 'csv-stringify/sync'
import type { LogEntryBody } from './log-entry-body.ts'

/** A table for people: a row's cells in this order. */
const CELLS = {
  local_time: (row) => row.local,
  utc: (row) => row.at,
  lock: (row) => row.lockId,
  door: (row) => row.door,
  area: (row) => row.area,
  event: (row) => row.event,
  result: (row) => row.result,
  reason: (row) => row.reason,
  way: (row) => row.way,
  who: (row) => row.who.name,
  who_is: (row) => row.who.kind,
  key: (row) => row.key?.description ?? null,
  key_mark: (row) => row.key?.mark ?? null,
  code: (row) => row.code,
  opening: (row) => row.openingId,
  took_ms: (row) => row.tookMs,
  count: (row) => row.count,
  note: (row) => row.note,
} as const satisfies Record<string, (row: LogEntryBody) => string | number | null>

/**
 * RFC 4180: commas, CRLF. It begins with a byte order mark, by which spreadsheets know UTF-8. A cell that a spreadsheet
 * would take for a formula gets an apostrophe in front: guests' names and what staff wrote are texts, never programs.
 */
export const LOG_AS_CSV = {
  mediaType: 'text/csv; charset=utf-8',
  head: (): string => csv([Object.keys(CELLS)], true),
  rows: (rows: readonly LogEntryBody[]): string =>
    csv(
      rows.map((row) => Object.values(CELLS).map((cell) => cell(row))),
      false,
    ),
}

/** One JSON object a line, UTF-8 without a byte order mark: for programs. */
export const LOG_AS_JSON_LINES = {
  mediaType: 'application/x-ndjson; charset=utf-8',
  head: (): string => '',
  rows: (rows: readonly LogEntryBody[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
}

export type LogFile = typeof LOG_AS_CSV | typeof LOG_AS_JSON_LINES

const csv = (rows: readonly (readonly (string | number | null)[])[], bom: boolean): string =>
  stringify([...rows], { record_delimiter: 'windows', escape_formulas: true, bom })
