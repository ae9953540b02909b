export type FrameViolation = 'not-mqtt' | 'packet-too-large'

const CONNECT = 0x10
const LENGTH_BYTES_MAX = 4

/**
 * Follows the fixed headers of one MQTT byte stream, so that a packet is refused by its announced length, before a byte
 * of it is kept. Holds a few small integers and no bytes: there is one for each connected lock.
 */
export class FrameLimiter {
  readonly #connectMaxBytes: number
  readonly #packetMaxBytes: number
  /** Packets whose header has been seen. */
  #packets = 0
  #bodyLeft = 0
  /** Bytes of the present header so far: 0 is "between packets". */
  #headerBytes = 0
  #bodyLength = 0

  constructor(connectMaxBytes: number, packetMaxBytes: number) {
    this.#connectMaxBytes = connectMaxBytes
    this.#packetMaxBytes = packetMaxBytes
  }

  get packets(): number {
    return this.#packets
  }

  /** Null while all is well. After a violation the stream is lost: destroy it. */
  scan(chunk: Uint8Array): FrameViolation | null {
    let at = 0
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, chunk.length - at)
        this.#bodyLeft -= skipped
        at += skipped
        continue
      }
      const violation = this.#header(chunk[at] ?? 0)
      if (violation !== null) return violation
      at += 1
    }
    return null
  }

  #header(byte: number): FrameViolation | null {
    if (this.#headerBytes === 0) {
      if (this.#packets === 0 && byte !== CONNECT) return 'not-mqtt'
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
    if (last) {
      this.#packets += 1
      this.#bodyLeft = this.#bodyLength
      this.#headerBytes = 0
    }
    return null
  }
}
