import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** Says the same to everybody that connects, as bytes, and ends the connection. */
export class SayingServer implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(say: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      say(socket)
    })
  }

  /** @param said what it says before it ends, or how it goes about it */
  static async start(said: string | ((socket: Socket) => void)): Promise<SayingServer> {
    const say = typeof said === 'string' ? (socket: Socket) => void socket.end(said) : said
    const saying = new SayingServer(say)
    saying.#server.listen(0, '127.0.0.1')
    await once(saying.#server, 'listening')
    return saying
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('it does not listen')
    return address.port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
