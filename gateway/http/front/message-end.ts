import type { IncomingMessage } from 'node:http'

const EMPTY_LINE = '\r\n\r\n'

/**
 * Where the message that is being parsed can end at the earliest: behind an empty line, which ends a head and the last
 * chunk of a body, or behind as many bytes as its head announced. It judges nothing; bytes that are cut in the wrong
 * place mean the same to a parser.
 */
export class MessageEnd {
  /** The last bytes before these, where an empty line may have begun. */
  #tail = ''
  #bodyLeftBytes = 0

  /** A head begins. */
  reset(): void {
    this.#tail = ''
    this.#bodyLeftBytes = 0
  }

  /** The head is complete. */
  bodyFollows(head: IncomingMessage): void {
    const length = Number(head.headers['content-length'] ?? 0)
    this.#tail = ''
    this.#bodyLeftBytes = Number.isSafeInteger(length) && length > 0 ? length : 0
  }

  /** How many of these bytes can belong to the message; the others come behind it. */
  within(bytes: Buffer): number {
    if (this.#bodyLeftBytes > 0) return Math.min(this.#bodyLeftBytes, bytes.length)
    if (this.#tail !== '') {
      const across = (this.#tail + bytes.toString('latin1', 0, EMPTY_LINE.length)).indexOf(EMPTY_LINE)
      if (across !== -1) return across + EMPTY_LINE.length - this.#tail.length
    }
    const at = bytes.indexOf(EMPTY_LINE)
    return at === -1 ? bytes.length : at + EMPTY_LINE.length
  }

  /** These bytes are about to be parsed. */
  passed(bytes: Buffer): void {
    if (this.#bodyLeftBytes > 0) {
      this.#bodyLeftBytes -= Math.min(this.#bodyLeftBytes, bytes.length)
      return
    }
    const end = bytes.toString('latin1', Math.max(0, bytes.length - EMPTY_LINE.length))
    this.#tail = end === EMPTY_LINE ? '' : (this.#tail + end).slice(1 - EMPTY_LINE.length)
  }
}
