export type FrameViolation = 'not-mqtt' | 'packet-too-large'

const CONNECT = 0x10
const LENGTH_BYTES_MAX = 4

/** Says what is wrong with one whole packet: its first byte and everything behind its length. Null when nothing is. */
export type PacketJudge<Flaw> = (firstByte: number, body: Uint8Array, isFirst: boolean) => Flaw | null

/**
 * Follows the packets of one MQTT byte stream. One is refused by its announced length, before a byte of it is kept, and
 * judged as soon as it is whole. Between packets it holds a few small integers and no bytes: there is one for each
 * connected lock.
 */
export class PacketReader<Flaw> {
  readonly #connectMaxBytes: number
  readonly #packetMaxBytes: number
  readonly #judge: PacketJudge<Flaw>
  /** Packets whose header has been seen. */
  #packets = 0
  #firstByte = 0
  #bodyLeft = 0
  /** Bytes of the present header so far: 0 is "between packets". */
  #headerBytes = 0
  #bodyLength = 0
  /** A body that did not come in one piece, as far as it came. */
  #body: Buffer | null = null

  constructor(connectMaxBytes: number, packetMaxBytes: number, judge: PacketJudge<Flaw>) {
    this.#connectMaxBytes = connectMaxBytes
    this.#packetMaxBytes = packetMaxBytes
    this.#judge = judge
  }

  get packets(): number {
    return this.#packets
  }

  /** Null while all is well. After anything else the stream is lost: hand the chunk to nobody, and destroy it. */
  scan(chunk: Uint8Array): FrameViolation | Flaw | null {
    let at = 0
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const taken = Math.min(this.#bodyLeft, chunk.length - at)
        const flaw = this.#takeBody(chunk.subarray(at, at + taken))
        if (flaw !== null) return flaw
        at += taken
        continue
      }
      const violation = this.#header(chunk[at] ?? 0)
      if (violation !== null) return violation
      at += 1
    }
    return null
  }

  #header(byte: number): FrameViolation | Flaw | null {
    if (this.#headerBytes === 0) {
      if (this.#packets === 0 && byte !== CONNECT) return 'not-mqtt'
      this.#firstByte = byte
      this.#headerBytes = 1
      this.#bodyLength = 0
      return null
    }
    this.#bodyLength += (byte & 0x7f) * 128 ** (this.#headerBytes - 1)
    this.#headerBytes += 1
    const last = (byte & 0x80) === 0
    if (!last && this.#headerBytes > LENGTH_BYTES_MAX) return 'not-mqtt'

    const maxBytes = this.#packets === 0 ? this.#connectMaxBytes : this.#packetMaxBytes
    if (this.#headerBytes + this.#bodyLength > maxBytes) return 'packet-too-large'
    if (!last) return null
    this.#packets += 1
    this.#bodyLeft = this.#bodyLength
    this.#headerBytes = 0
    return this.#bodyLength === 0 ? this.#whole(NO_BYTES) : null
  }

  #takeBody(piece: Uint8Array): Flaw | null {
    const isWhole = piece.length === this.#bodyLength
    if (!isWhole) {
      this.#body ??= Buffer.allocUnsafe(this.#bodyLength)
      this.#body.set(piece, this.#bodyLength - this.#bodyLeft)
    }
    this.#bodyLeft -= piece.length
    if (this.#bodyLeft > 0) return null
    const body = this.#body ?? piece
    this.#body = null
    return this.#whole(body)
  }

  #whole(body: Uint8Array): Flaw | null {
    return this.#judge(this.#firstByte, body, this.#packets === 1)
  }
}

const NO_BYTES = new Uint8Array(0)
