/** Some small requests that a client sent without waiting for an answer; never what an attacker would like to have kept. */
const OF_ONE_CONNECTION_MAX_BYTES = 16_384
const OF_ONE_CONNECTION_MAX_PIECES = 32
/**
 * The beginning of a long body whose turn has not come is what one read of the socket brings, and a little more: it is not
 * too much, and its connection is not read on until the turn comes.
 */
const OF_ONE_BEGINNING_MAX_BYTES = 262_144
/** Of one listener; beginnings take no more than half of it, so that there is room for short requests. */
const IN_ALL_MAX_BYTES = 8_388_608

const USUAL = { ofOne: OF_ONE_CONNECTION_MAX_BYTES, inAll: IN_ALL_MAX_BYTES }
const BEGINNING = { ofOne: OF_ONE_BEGINNING_MAX_BYTES, inAll: IN_ALL_MAX_BYTES / 2 }

export interface Piece {
  readonly bytes: Buffer
  /** When they can have come at the earliest, elapsed ms. */
  readonly sinceMs: number
  /** They came before another request of this connection was answered. */
  readonly isBehindAnother: boolean
}

/** What came on a connection and is not yet parsed, in order. */
export class WaitingBytes {
  readonly #room: { bytes: number }
  #pieces: Piece[] = []
  #bytes = 0

  /** @param room bytes that wait on all connections of the listener */
  constructor(room: { bytes: number }) {
    this.#room = room
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /** More waits than is usual: the connection should not be read on. */
  get isLong(): boolean {
    return this.#bytes > OF_ONE_CONNECTION_MAX_BYTES
  }

  /** False when there is no room for them. @param isBeginning of a request that waits for its turn, behind no other */
  add(piece: Piece, isBeginning: boolean): boolean {
    const { length } = piece.bytes
    if (!this.#takeRoom(length) && !(isBeginning && this.#takeRoom(length, BEGINNING))) return false
    this.#pieces.push(piece)
    return true
  }

  /** The rest of a piece, before all others; false when there is no room for it. */
  putBack(rest: Piece): boolean {
    if (!this.#takeRoom(rest.bytes.length)) return false
    // A copy: a slice keeps all of the bytes that it was cut from.
    this.#pieces.unshift({ ...rest, bytes: Buffer.from(rest.bytes) })
    return true
  }

  take(): Piece | null {
    const piece = this.#pieces.shift() ?? null
    if (piece !== null) this.#giveRoom(piece.bytes.length)
    return piece
  }

  clear(): void {
    this.#pieces = []
    this.#giveRoom(this.#bytes)
  }

  #takeRoom(bytes: number, { ofOne, inAll } = USUAL): boolean {
    if (this.#bytes + bytes > ofOne) return false
    if (this.#pieces.length >= OF_ONE_CONNECTION_MAX_PIECES) return false
    if (this.#room.bytes + bytes > inAll) return false
    this.#bytes += bytes
    this.#room.bytes += bytes
    return true
  }

  #giveRoom(bytes: number): void {
    this.#bytes -= bytes
    this.#room.bytes -= bytes
  }
}
