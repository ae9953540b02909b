import type { Socket } from 'node:net'
import type { ReadSince } from './arrivals.ts'
import type { RequestQueue } from './request-queue.ts'

/** Looks, one a second, that a peer has to close its side: after that it has its answer, or does not read it. */
const LINGERS_FOR_LOOKS = 10

/** One connection of a listener, and how it ends. */
export class Connection {
  /** The socket that requests come on: over TLS another than the one that was accepted. */
  socket: Socket
  /** Where it comes from; null for the Unix socket. */
  readonly network: string | null
  readonly accepted: ReadSince
  /** Null until requests can come on it: over TLS, until its handshake is done. */
  requests: RequestQueue | null = null
  /** How often it was silent for too long while its newest request was at work. */
  silences = 0
  readonly #tcp: Socket
  #endedFor: string | null = null
  #looksLeft: number | null = null

  constructor(socket: Socket, network: string | null, accepted: ReadSince) {
    this.socket = socket
    this.#tcp = socket
    this.network = network
    this.accepted = accepted
  }

  /** Why the gateway ends it, or has ended it; null as long as it is the caller's to end. */
  get endedFor(): string | null {
    return this.#endedFor
  }

  /**
   * In order: what was answered goes out, then we close our side and wait for the peer to close his. A socket that is
   * just closed stays in the kernel with all that its peer has not read, and nobody counts it any more; so whoever keeps
   * his side open is cut off in the end, and what he did not read is gone.
   */
  end(why: string, lingersForLooks = LINGERS_FOR_LOOKS): void {
    this.#endedFor ??= why
    this.cutAfter(lingersForLooks)
    if (this.socket.writable) this.socket.end()
  }

  /** At once, and nothing that was answered stays in the kernel. */
  cut(why: string): void {
    this.#endedFor ??= why
    // A Unix socket has no reset. A TLS connection ends with the socket below it.
    const mayLeaveBytes = this.network !== null && this.socket.bytesWritten > 0
    if (mayLeaveBytes && !this.#tcp.destroyed) this.#tcp.resetAndDestroy()
    this.socket.destroy()
  }

  /** Never later than it was to be cut already. */
  cutAfter(looks: number): void {
    this.#looksLeft = Math.min(this.#looksLeft ?? Number.POSITIVE_INFINITY, looks)
  }

  /** Once a second. Looks are counted, not time: in a time in which the gateway stood still nobody could close his side. */
  look(): void {
    if (this.#looksLeft !== null && this.#looksLeft-- <= 0) this.cut('it took too long')
    else this.requests?.look()
  }
}
