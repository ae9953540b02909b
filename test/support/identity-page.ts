import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/**
 * The sign-in page of an identity provider, on another site than the gateway: it posts a token back by a form, by itself
 * where scripts run, by a button where they do not.
 */
export class IdentityPage implements AsyncDisposable {
  /** Every query that it was opened with. */
  readonly asked: URLSearchParams[] = []
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** At `localhost`, which is another site to a browser than 127.0.0.1. `headers`: what its page says beside its type. */
  static async start(
    tokenFor: (query: URLSearchParams) => Promise<string>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IdentityPage> {
    const server = createServer({ noDelay: true })
    const page = new IdentityPage(server)
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (pathname !== '/login') {
        response.writeHead(404).end()
        return
      }
      page.asked.push(searchParams)
      tokenFor(searchParams).then(
        (token) =>
          response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(formOf(searchParams, token)),
        () => response.writeHead(500).end(),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return page
  }

  get loginUrl(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the identity page has no port')
    return `http://localhost:${address.port}/login?client_id=latchkey`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}

/** Of a test alone: what it is given holds nothing that needs escaping. */
const formOf = (query: URLSearchParams, token: string): string =>
  `<!doctype html><html lang="en"><title>Identity provider</title><form method="post" action="${query.get('redirect_uri')}">
<input type="hidden" name="id_token" value="${token}"><input type="hidden" name="state" value="${query.get('state')}">
<button>I am Ada</button></form><script>document.forms[0].submit()</script></html>`
