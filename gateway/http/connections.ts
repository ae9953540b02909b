import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** The open connections of one listener, and which of them a handler is at work for. */
export class Connections {
  /** Each socket with the number of whole requests on it that are not answered yet. */
  readonly #open = new Map<Socket, number>()
  readonly #running = new WeakSet<IncomingMessage>()
  #closing = false

  /** What is written on a busy socket now would be read as its handler's answer. */
  isBusy(socket: Socket): boolean {
    return (this.#open.get(socket) ?? 0) > 0
  }

  /**
   * @param lingerMaxMs once the listener closes, the longest that a connection may stay: enough for each running
   * request to get its answer
   */
  watch(app: FastifyInstance, lingerMaxMs: number): void {
    app.server.on('connection', (socket: Socket) => {
      this.#open.set(socket, 0)
      socket.once('close', () => this.#open.delete(socket))
    })
    app.addHook('preHandler', async ({ raw }) => this.#begin(raw))
    app.addHook('onResponse', async ({ raw }) => {
      this.#end(raw)
      const { socket } = raw
      if (this.#closing && this.#open.has(socket) && !this.isBusy(socket)) socket.destroySoon()
    })
    app.addHook('preClose', async () => {
      this.#closing = true
      // Node stops its own time limits when it closes: who sends a byte now and then would keep it open for ever.
      for (const socket of this.#open.keys()) if (!this.isBusy(socket)) socket.destroySoon()
      const lingering = setTimeout(() => {
        for (const socket of this.#open.keys()) socket.destroy()
      }, lingerMaxMs)
      app.server.once('close', () => clearTimeout(lingering))
    })
  }

  #begin(request: IncomingMessage): void {
    const running = this.#open.get(request.socket)
    // Requests from inside this process have no connection of ours.
    if (running === undefined) return
    this.#running.add(request)
    this.#open.set(request.socket, running + 1)
  }

  /** A request that was refused before it was whole was never counted. */
  #end(request: IncomingMessage): void {
    const running = this.#open.get(request.socket)
    if (running !== undefined && this.#running.delete(request)) this.#open.set(request.socket, running - 1)
  }
}
