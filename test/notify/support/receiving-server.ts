import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A receiver on loopback. What it answers is a test's to choose. */
export class ReceivingServer implements AsyncDisposable {
  readonly received: Received[] = []
  answer: RequestListener = (_request, response) => void response.end('ok')
  readonly #server: Server
  readonly #scheme: string

  private constructor(tls: { cert: Buffer; key: Buffer } | null) {
    this.#scheme = tls === null ? 'http' : 'https'
    const listener: RequestListener = (request, response) => {
      void buffer(request).then((body) => {
        const { method = '', url: path = '', headers } = request
        this.received.push({ method, path, headers, body })
        this.answer(request, response)
      })
    }
    this.#server = tls === null ? createServer(listener) : createTlsServer(tls, listener)
  }

  static async start(tls: { cert: Buffer; key: Buffer } | null = null, port = 0): Promise<ReceivingServer> {
    const receiving = new ReceivingServer(tls)
    receiving.#server.listen(port, '127.0.0.1')
    await once(receiving.#server, 'listening')
    return receiving
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('it does not listen')
    return address.port
  }

  url(path = '/'): URL {
    return new URL(path, `${this.#scheme}://localhost:${this.port}`)
  }

  get bodies(): readonly string[] {
    return this.received.map(({ body }) => body.toString())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
