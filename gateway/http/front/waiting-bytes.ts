/** Some small requests that a client sent without waiting for an answer; never what an attacker would like to have kept. */
const OF_ONE_CONNECTION_MAX_BYTES = 16_384
const OF_ONE_CONNECTION_MAX_PIECES = 32
/** Of one listener. */
const IN_ALL_MAX_BYTES = 8_388_608

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

  /** False when there is no room for them. */
  add(piece: Piece): boolean {
    if (!this.#takeRoom(piece.bytes.length)) return false
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

  #takeRoom(bytes: number): boolean {
    if (this.#bytes + bytes > OF_ONE_CONNECTION_MAX_BYTES) return false
    if (this.#pieces.length >= OF_ONE_CONNECTION_MAX_PIECES) return false
    if (this.#room.bytes + bytes > IN_ALL_MAX_BYTES) return false
    this.#bytes += bytes
    this.#room.bytes += bytes
    return true
  }

  #giveRoom(bytes: number): void {
    this.#bytes -= bytes
    this.#room.bytes -= bytes
  }
}
