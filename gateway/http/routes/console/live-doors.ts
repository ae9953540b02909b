import { countDoors, type DoorFilter, type DoorRow } from '#domain/locks/door-board.ts'
import type { Board, DoorWatch } from '#domain/locks/door-watch.ts'
import { rowsHtml, tilesOf } from '#http/pages/console/doors-page.ts'
import type { PageTime } from '#http/pages/console/times.ts'
import type { LivePage, PageMessage } from '#http/streams/page-streams.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** Rows that one message puts in place: more would hold up the browser. */
const ROWS_AT_ONCE = 40

interface Options {
  readonly doors: Pick<DoorWatch, 'look'>
  readonly words: ConsoleWords
  readonly time: () => PageTime
  readonly mayMute: boolean
  readonly filter: DoorFilter
  /** As `placeOf` wrote it of the board that the page shows; null for none. */
  readonly after: string | null
}

export const placeOf = ({ epoch, version }: Pick<Board, 'epoch' | 'version'>): string => `${epoch}-${version}`

/** The doors that have changed since the page was made, or since it was last told, and how many there are of each kind. */
export class LiveDoors implements LivePage {
  readonly #options: Options
  /** Null as long as it is not known which rows the page has. */
  #told: number | null = null
  #tiles = ''

  constructor(options: Options) {
    this.#options = options
  }

  async next(): Promise<readonly PageMessage[]> {
    const { doors, words, time, mayMute, filter, after } = this.#options
    const board = await doors.look()
    const { rows, version } = board
    const told = this.#told ?? versionIn(after, board)
    const changed = rows.filter((watched) => watched.version > told).map(({ row }) => row)
    const reader = { words, time: time(), mayMute }
    const messages = inParts(changed).map((part) => put(rowsHtml(part, reader)))
    const tiles = tilesOf(countDoors(rows.map(({ row }) => row)), filter, words).toString()
    if (tiles !== this.#tiles) messages.push(put(tiles))
    this.#tiles = tiles
    this.#told = version
    const last = messages.pop()
    return last === undefined ? [] : [...messages, { ...last, place: placeOf(board) }]
  }
}

/** Of another epoch nothing is known: then every row is told. */
function versionIn(place: string | null, { epoch }: Board): number {
  const [of, version] = (place ?? '').split('-')
  return of === epoch && version !== undefined && /^\d{1,15}$/.test(version) ? Number(version) : 0
}

const put = (html: string): PageMessage => ({ event: 'put', html, place: null })

const inParts = (rows: readonly DoorRow[]): readonly DoorRow[][] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, at) =>
    rows.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE),
  )
