import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { failureWords } from './failure-words.ts'

/** For everything: name, connection, certificate, request and the head of the answer. */
export const HTTP_WITHIN_MS = 10_000
/** Of an answer's body, which nobody reads: it may repeat what was sent. */
const BODY_MAX_BYTES = 4_096
/** Given to a body to come to its end, so that the receiver is not cut off in the midst of it. */
const BODY_WITHIN_MS = 1_000

export interface HttpCall {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
  /** PEM; null for the authorities that this machine trusts. */
  readonly ca: string | null
  /** Breaks it off: this process is about to end. */
  readonly ending: AbortSignal
}

export type HttpAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly cause: string }

/** One request on a connection of its own. Follows no redirect, and never rejects. */
export function callHttp(call: HttpCall, withinMs = HTTP_WITHIN_MS): Promise<HttpAnswer> {
  const { url, method, headers, body, ca, ending } = call
  return new Promise((resolve) => {
    const options = {
      method,
      // Closed after the answer.
      agent: false,
      signal: AbortSignal.any([ending, AbortSignal.timeout(withinMs)]),
      headers: { ...headers, ...(body !== null && { 'content-length': String(body.length) }) },
      ...(ca !== null && { ca }),
    }
    try {
      const request = url.protocol === 'https:' ? tlsRequest(url, options) : plainRequest(url, options)
      // May come again after an answer, when the rest of its body is given up.
      request.on('error', (error) => resolve({ kind: 'failed', cause: failureWords(error) }))
      // Whatever else ends it without an answer: nobody may wait for ever, or all later messages would wait with it.
      request.on('close', () => resolve({ kind: 'failed', cause: failureWords({ code: 'ECONNRESET' }) }))
      request.on('response', (response) => {
        resolve({ kind: 'answered', status: response.statusCode ?? 0 })
        leave(response)
      })
      request.end(body ?? undefined)
    } catch (error) {
      resolve({ kind: 'failed', cause: failureWords(error) })
    }
  })
}

/** Takes the body off the connection, as far as it is short and comes soon. */
function leave(response: IncomingMessage): void {
  let bytes = 0
  const timer = setTimeout(() => response.destroy(), BODY_WITHIN_MS)
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > BODY_MAX_BYTES) response.destroy()
  })
  response.on('error', () => {})
  response.on('close', () => clearTimeout(timer))
}
