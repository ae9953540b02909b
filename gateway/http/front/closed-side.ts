import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Longer than a packet takes to a phone in the building and back. */
const BETWEEN_KNOCKS_MS = 300

/**
 * Whether somebody still waits who closed his side of the connection while his request was at work. TCP says the same of
 * a program that only has nothing more to send and of one that is gone. The kernel of one that is gone resets the
 * connection when it is sent something, and the next sending finds that out. So an interim answer (102), which means
 * nothing and which every client of HTTP/1.1 has to take, is sent twice.
 */
export class ClosedSide {
  readonly #response: ServerResponse
  readonly #verdict: Promise<boolean>

  constructor(response: ServerResponse) {
    this.#response = response
    // HTTP/1.0 knows no interim answers: nothing moves for somebody who is probably gone, and the answer says so.
    this.#verdict = response.req.httpVersion === '1.0' ? Promise.resolve(false) : this.#ask()
  }

  isThere(): Promise<boolean> {
    return this.#verdict
  }

  async #ask(): Promise<boolean> {
    const { socket } = this.#response
    if (socket === null) return false
    this.#knock()
    await pause(BETWEEN_KNOCKS_MS, undefined, { ref: false })
    this.#knock()
    // The error of a write is told in a later turn.
    await new Promise((resolve) => setImmediate(resolve))
    return !socket.destroyed
  }

  /** Sends nothing once the answer is on its way: writing the answer finds out as well whether the peer is gone. */
  #knock(): void {
    if (!this.#response.headersSent && this.#response.socket?.writable === true) this.#response.writeProcessing()
  }
}
